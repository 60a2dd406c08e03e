/** What of s3rver is used here; it brings no types of its own. */
declare module 's3rver' {
  import type { RequestListener } from 'node:http';
  // biome-ignore lint/style/noDefaultExport: the package has a default export.
  export default class S3rver {
    constructor(options: {
      directory: string;
      silent: boolean;
      configureBuckets: readonly { name: string; configs: readonly string[] }[];
    });
    configureBuckets(): Promise<unknown>;
    callback(): RequestListener;
  }
}
