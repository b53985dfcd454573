import type { ArtifactPlace } from '#config';
import { readFile } from 'node:fs/promises';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { ArtifactsRefused, ArtifactsUnreachable } from './artifact-errors.js';
import type { ArtifactStore, StoredObject } from './artifact-store.js';

/** How often a request is made before the store counts as unreachable; a job is tried again after that. */
const ATTEMPTS = 3;
/** Longest without a connection, and without a byte, in milliseconds. */
const CONNECTION_MS = 5_000;
const SILENCE_MS = 30_000;
/** Answers of 4xx that may be others the next time. */
const PASSING = new Set(['RequestTimeout', 'SlowDown', 'TooManyRequests']);

/** A store in a bucket of S3 or of a server that speaks its protocol. Keys, region and profiles are found as every AWS SDK finds them. */
export class S3Store implements ArtifactStore {
  readonly name: string;
  private readonly client: S3Client;
  private readonly bucket: string;
  private readonly before: string;

  constructor({ bucket, prefix, server }: Extract<ArtifactPlace, { bucket: string }>) {
    this.bucket = bucket;
    this.before = prefix === '' ? '' : `${prefix}/`;
    this.name = `s3://${bucket}${prefix === '' ? '' : `/${prefix}`}`;
    this.client = new S3Client({
      maxAttempts: ATTEMPTS,
      requestHandler: { connectionTimeout: CONNECTION_MS, socketTimeout: SILENCE_MS },
      // Newer checksums are unknown to many servers. What is brought is held against its name or its manifest.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      // Other servers have no name in the DNS for each bucket.
      ...(server === null ? {} : { ...server, forcePathStyle: true }),
    });
  }

  async put(key: string, file: string): Promise<void> {
    // Not as a stream, which could not be sent again when the connection breaks.
    const Body = await readFile(file);
    await this.asked(() => this.client.send(new PutObjectCommand({ ...this.at(key), Body })));
  }

  async read(key: string): Promise<AsyncIterable<Uint8Array> | null> {
    const answer = await this.asked(() => orNull(this.client.send(new GetObjectCommand(this.at(key)))));
    return answer && this.bytesOf(answer.Body as AsyncIterable<Uint8Array>);
  }

  async sizeOf(key: string): Promise<number | null> {
    const { Bucket, Key } = this.at(key);
    const answer = await this.asked(() => orNull(this.client.send(new HeadObjectCommand({ Bucket, Key }))));
    // Such an answer has no body that would say what is missing. A listing is refused where it is the bucket.
    if (answer === null) {
      const question = { Bucket, Prefix: Key, MaxKeys: 1 };
      await this.asked(() => this.client.send(new ListObjectsV2Command(question)));
    }
    return answer?.ContentLength ?? null;
  }

  async *list(directory: string): AsyncGenerator<StoredObject> {
    const { bucket: Bucket, before } = this;
    // By key rather than by token: what comes after one stays right while others are removed.
    let StartAfter: string | undefined;
    do {
      const question = { Bucket, Prefix: `${before}${directory}/`, StartAfter };
      const page = await this.asked(() => this.client.send(new ListObjectsV2Command(question)));
      for (const { Key = '', Size = 0, LastModified = new Date(0) } of page.Contents ?? []) {
        // Nothing but a name: what consoles make of "create a folder".
        if (Key.endsWith('/')) continue;
        yield { key: Key.slice(before.length), bytes: Size, changedAt: LastModified };
      }
      StartAfter = page.IsTruncated === true ? page.Contents?.at(-1)?.Key : undefined;
    } while (StartAfter !== undefined);
  }

  async remove(key: string): Promise<void> {
    await this.asked(() => this.client.send(new DeleteObjectCommand(this.at(key))));
  }

  private at(key: string): { Bucket: string; Key: string } {
    return { Bucket: this.bucket, Key: `${this.before}${key}` };
  }

  private async *bytesOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    try {
      yield* body;
    } catch (error) {
      throw new ArtifactsUnreachable(this.name, error);
    }
  }

  private async asked<T>(request: () => Promise<T>): Promise<T> {
    try {
      return await request();
    } catch (error) {
      const Failure = isRefusal(error) ? ArtifactsRefused : ArtifactsUnreachable;
      throw new Failure(this.name, withoutResponse(error));
    }
  }
}

/** An answer that would be the same the next time; also, keys that are not there to ask with. */
function isRefusal(error: unknown): boolean {
  if (error instanceof Error && error.name === 'CredentialsProviderError') return true;
  if (!(error instanceof S3ServiceException)) return false;
  const status = error.$metadata.httpStatusCode ?? 0;
  return status >= 400 && status < 500 && status !== 429 && !PASSING.has(error.name);
}

/** From the answer that such an error carries a whole connection hangs, and what keeps the error would keep that. */
function withoutResponse(error: unknown): unknown {
  return error instanceof S3ServiceException ? new Error(`${error.name}: ${error.message}`) : error;
}

async function orNull<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    const isMissing = error instanceof S3ServiceException && error.$metadata.httpStatusCode === 404;
    if (isMissing && error.name !== 'NoSuchBucket') return null;
    throw error;
  }
}
