import { z } from 'zod';
import { ask, type HttpRequest } from './http.ts';

/**
 * How a server of MLflow's REST API is reached; `authorization` is the whole header, where one is needed, and `cure` what to
 * set where it lets nobody in.
 */
export type MlflowServer = {
  readonly url: string;
  readonly authorization?: string | undefined;
  readonly cure?: string;
  /** Calls everything off. */
  readonly signal: AbortSignal;
  /** Asked right before each request that changes something there; where it throws, the request does not leave. */
  readonly mayChange?: () => Promise<void>;
};

/** A refusal in the server's own words. */
export class MlflowRefusal extends Error {
  readonly code: string;

  constructor(message: string, code: string) {
    super(message);
    this.code = code;
  }

  /** What was asked about is not there: servers say so in two ways. */
  get isMissing(): boolean {
    return this.code === 'RESOURCE_DOES_NOT_EXIST' || / not found/.test(this.message);
  }
}

const Refusal = z.object({ error_code: z.string(), message: z.string().default('') });

type ApiRequest = Pick<HttpRequest, 'method'> & {
  /** Below the server's address. */
  readonly path: string;
  /** In the address for GET, otherwise as the body. */
  readonly say?: Readonly<Record<string, unknown>>;
};

/**
 * One call of the REST API; what it answers is parsed by `schema`.
 *
 * @throws MlflowRefusal where the server says no; otherwise what `ask` throws.
 * @see https://mlflow.org/docs/latest/api_reference/rest-api.html
 */
export async function call<T>(server: MlflowServer, schema: z.ZodType<T>, request: ApiRequest): Promise<T> {
  const { path, method = 'GET', say = {} } = request;
  const url = new URL(`${server.url.replace(/\/+$/, '')}${path}`);
  if (method === 'GET') for (const [key, value] of Object.entries(say)) url.searchParams.set(key, String(value));
  if (method !== 'GET') await server.mayChange?.();
  const { status, text } = await ask({
    ...{ url: url.href, method, signal: server.signal, headers: headersFor(server) },
    ...(method !== 'GET' && { body: JSON.stringify(say) }),
  });
  const found = parsed(text);
  if (status === 401 || status === 403) throw refused(server, status, 'PERMISSION_DENIED', found);
  if (status >= 300) throw refused(server, status, `HTTP_${status}`, found);
  const answer = schema.safeParse(found);
  if (answer.success) return answer.data;
  throw new Error(`${url.origin} answers ${path} in an unknown way: is it an MLflow server?`);
}

/** The headers of a call, also for artifacts. */
export function headersFor({ authorization }: MlflowServer): Record<string, string> {
  return { 'content-type': 'application/json', ...(authorization !== undefined && { authorization }) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text || '{}');
  } catch {
    return undefined;
  }
}

function refused({ url, cure = 'a token' }: MlflowServer, status: number, code: string, found: unknown): MlflowRefusal {
  const { origin } = new URL(url);
  const said = Refusal.safeParse(found);
  if (status === 401 || status === 403) {
    return new MlflowRefusal(
      `${origin} does not let the bot in (${status}). Set ${cure}, for somebody who may do this.`,
      code,
    );
  }
  if (said.success) return new MlflowRefusal(`${origin} refuses: ${said.data.message}`, said.data.error_code);
  return new MlflowRefusal(`${origin} answers with status ${status}.`, code);
}
