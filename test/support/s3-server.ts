import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import S3rver from '@20minutes/s3rver';

/** What the server calls its only account. */
const ACCOUNT = 'S3RVER';

/** A server that speaks the protocol of S3, in this process, with one empty bucket. */
export interface S3Server {
  endpoint: string;
  bucket: string;
  /** What a process needs to use a store in the bucket. */
  env: Record<string, string>;
  close(): Promise<void>;
}

export async function startS3Server(): Promise<S3Server> {
  const directory = mkdtempSync(join(tmpdir(), 'weft-s3-'));
  const bucket = 'weft-test';
  const server = new S3rver({
    ...{ address: '127.0.0.1', port: 0, silent: true, directory },
    configureBuckets: [{ name: bucket }],
    // It signs the path of a bucket without the slash that newer clients end it by, and would refuse every listing.
    allowMismatchedSignatures: true,
  });
  const { port } = (await server.run()) as AddressInfo;
  let isOpen = true;
  const endpoint = `http://127.0.0.1:${port}`;
  return {
    endpoint,
    bucket,
    env: {
      WEFT_ARTIFACTS: `s3://${bucket}/shop`,
      AWS_ENDPOINT_URL_S3: endpoint,
      AWS_ACCESS_KEY_ID: ACCOUNT,
      AWS_SECRET_ACCESS_KEY: ACCOUNT,
    },
    close: async () => {
      if (!isOpen) return;
      isOpen = false;
      await server.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
