import { createHash } from 'node:crypto';

/** SHA-256 as 64 lower-case hexadecimal digits. */
export function sha256(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/**
 * A number in [0, 1) that depends on `text` and `salt` only: the same on every machine and in every run.
 * Decides which styles are held out.
 */
export function stableFraction(text: string, salt: string): number {
  return createHash('sha256').update(`${salt}\u0000${text}`).digest().readUInt32BE(0) / 2 ** 32;
}
