import { createHash } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { AwsClient } from 'aws4fetch';

/** A place in a store that speaks S3: everything whose key begins with the prefix, which is empty or ends with a slash. */
export type BucketPlace = { readonly bucket: string; readonly prefix: string };

/** How a store is reached; by the variables that every program for S3 reads. */
type BucketAccess = {
  readonly endpoint: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
};

/** An object of a bucket; `key` is what follows the prefix. */
export type BucketObject = {
  readonly key: string;
  readonly bytes: number;
  /** Changes with the content. */
  readonly etag: string;
  readonly changedMs: number;
};

/** The promise about a place in a store. */
export type Bucket = {
  /** Names of the folders right below the prefix. */
  folders(): Promise<string[]>;
  /** All objects whose key goes on with this. */
  objects(below?: string): Promise<BucketObject[]>;
  /** Writes an object to a file and gives its SHA-256; throws where the object is another one by now. */
  fetch(object: BucketObject, to: string): Promise<string>;
};

const ADDRESS = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/;

/** `undefined` for a text that is not the address of a bucket. */
export function bucketPlace(address: string): BucketPlace | undefined {
  const [, bucket, path = ''] = ADDRESS.exec(address) ?? [];
  const prefix = path.replace(/^\/+|\/+$/g, '');
  return bucket === undefined ? undefined : { bucket, prefix: prefix === '' ? '' : `${prefix}/` };
}

/** @throws naming the variables that are missing; never their values. */
export function bucketAccess(environment: NodeJS.ProcessEnv): BucketAccess {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN } = environment;
  if (!accessKeyId || !secretAccessKey) {
    const missing = [
      ...(accessKeyId ? [] : ['AWS_ACCESS_KEY_ID']),
      ...(secretAccessKey ? [] : ['AWS_SECRET_ACCESS_KEY']),
    ];
    throw new Error(`The settings name a bucket, and ${missing.join(' and ')} is not set: put it into .env.`);
  }
  const region = environment.AWS_REGION || environment.AWS_DEFAULT_REGION || 'us-east-1';
  const named = environment.AWS_ENDPOINT_URL_S3 || environment.AWS_ENDPOINT_URL;
  const endpoint = (named || `https://s3.${region}.amazonaws.com`).replace(/\/+$/, '');
  return {
    endpoint,
    region,
    accessKeyId,
    secretAccessKey,
    ...(AWS_SESSION_TOKEN && { sessionToken: AWS_SESSION_TOKEN }),
  };
}

/** How often a store that is busy or unwell is asked again, and the first wait, in ms, which doubles each time. */
const [AGAIN, AGAIN_MS] = [6, 200];

/** For an answer to begin; ms. */
const TIMEOUT_MS = 20_000;

/** @param signal calls everything off. */
export function openBucket({ bucket, prefix }: BucketPlace, access: BucketAccess, signal: AbortSignal): Bucket {
  const { endpoint, ...keys } = access;
  const client = new AwsClient({ ...keys, service: 's3', retries: AGAIN, initRetryMs: AGAIN_MS });

  async function ask(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
    const url = `${endpoint}/${bucket}${path}`;
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), TIMEOUT_MS * (AGAIN + 1));
    const request = { headers, redirect: 'manual' as const, signal: AbortSignal.any([signal, late.signal]) };
    const response = await againWhereItBreaks(() => client.fetch(url, request), request.signal)
      .catch((error: Error & { cause?: { code?: string } }) => {
        signal.throwIfAborted();
        throw new Error(
          `${endpoint} did not answer: ${error.cause?.code ?? error.message}. Can it be reached from here?`,
        );
      })
      .finally(() => clearTimeout(timer));
    if (response.ok) return response;
    throw new BucketError(bucket, endpoint, response.status, codeIn(await response.text()));
  }

  /** Every page of a listing. */
  async function* pages(below: string, delimiter: string): AsyncGenerator<string> {
    for (let token: string | undefined = ''; token !== undefined; ) {
      const query = new URLSearchParams({ 'list-type': '2', prefix: prefix + below, 'encoding-type': 'url' });
      if (delimiter !== '') query.set('delimiter', delimiter);
      if (token !== '') query.set('continuation-token', token);
      const page = await (await ask(`?${query}`)).text();
      yield page;
      token = textOf(page, 'NextContinuationToken');
    }
  }

  return {
    async folders() {
      const found: string[] = [];
      for await (const page of pages('', '/'))
        for (const part of partsOf(page, 'CommonPrefixes'))
          found.push(keyIn(page, part, 'Prefix').slice(prefix.length, -1));
      return found;
    },
    async objects(below = '') {
      const found: BucketObject[] = [];
      for await (const page of pages(below, '')) found.push(...objectsOn(page, prefix));
      return found;
    },
    async fetch({ key, bytes, etag }, to) {
      const path = `/${(prefix + key).split('/').map(encodeURIComponent).join('/')}`;
      const response = await ask(path, { 'if-match': `"${etag}"` });
      // Some stores do not look at the condition.
      if (bare(response.headers.get('etag') ?? etag) !== etag) throw new BucketError(bucket, endpoint, REPLACED, '');
      return save(response, to, bytes);
    },
  };
}

/** The client asks again where an answer says so; of many requests on kept lines, some also meet one that has just closed. */
async function againWhereItBreaks<T>(ask: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (let failures = 0; ; failures++) {
    try {
      return await ask();
    } catch (error) {
      if (failures === AGAIN || signal.aborted) throw error;
      await sleep(AGAIN_MS * 2 ** failures, undefined, { signal });
    }
  }
}

const REPLACED = 412;

/** What a store answered instead. */
class BucketError extends Error {
  constructor(bucket: string, endpoint: string, status: number, code: string) {
    super(
      `The bucket "${bucket}" at ${endpoint} answered ${status}${code === '' ? '' : ` ${code}`}. ${cureOf(status, code)}`,
    );
  }
}

function cureOf(status: number, code: string): string {
  if (code === 'NoSuchBucket') return 'Correct its name in the settings, or AWS_ENDPOINT_URL_S3.';
  if (status === 403)
    return 'May these keys list and read it? Look at AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN.';
  if (status >= 300 && status < 400) return 'It is in another region: set AWS_REGION, or AWS_ENDPOINT_URL_S3.';
  if (status === REPLACED || code === 'NoSuchKey')
    return 'An object was replaced or removed while it was fetched; the next look fetches what is there then.';
  return 'It is asked again at the next look.';
}

async function save(response: Response, to: string, bytes: number): Promise<string> {
  const hash = createHash('sha256');
  const file = await open(to, 'w');
  let taken = 0;
  try {
    for await (const piece of response.body ?? []) {
      taken += piece.length;
      hash.update(piece);
      await file.write(piece);
    }
    await file.sync();
  } catch (error) {
    await rm(to, { force: true });
    throw error;
  } finally {
    await file.close();
  }
  if (taken === bytes) return hash.digest('hex');
  await rm(to, { force: true });
  throw new Error(`An object came with ${taken} bytes, and the bucket lists ${bytes}.`);
}

function objectsOn(page: string, prefix: string): BucketObject[] {
  const objects = partsOf(page, 'Contents').map((part) => ({
    key: keyIn(page, part, 'Key').slice(prefix.length),
    bytes: Number(textOf(part, 'Size')),
    etag: bare(textOf(part, 'ETag')),
    changedMs: Date.parse(textOf(part, 'LastModified') ?? ''),
  }));
  // What some programs make for a folder.
  return objects.filter(({ key }) => !key.endsWith('/'));
}

/** Of XML without attributes or nested parts of one name, which listings are. */
function partsOf(xml: string, name: string): string[] {
  return [...xml.matchAll(new RegExp(`<${name}>(.*?)</${name}>`, 'gs'))].map(([, part]) => part!);
}

function textOf(xml: string, name: string): string | undefined {
  const value = partsOf(xml, name)[0];
  return value?.replace(
    /&(?:amp|lt|gt|quot|apos|#(?:x[\da-f]+|\d+));/gi,
    (entity) => ENTITIES[entity] ?? numbered(entity),
  );
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&apos;': "'",
};

function numbered(entity: string): string {
  const isHex = /^&#x/i.test(entity);
  return String.fromCodePoint(Number.parseInt(entity.slice(isHex ? 3 : 2, -1), isHex ? 16 : 10));
}

/** A key as it is, where a page writes keys as in an address: not every store does that when it is asked to. */
function keyIn(page: string, part: string, name: string): string {
  const key = textOf(part, name) ?? '';
  return textOf(page, 'EncodingType') === 'url' ? decodeURIComponent(key.replaceAll('+', ' ')) : key;
}

function bare(etag: string | undefined): string {
  return (etag ?? '').replaceAll('"', '');
}

function codeIn(xml: string): string {
  return textOf(xml, 'Code') ?? '';
}
