import { isUtf8 } from 'node:buffer';
import { withoutReplacements } from './encoding.js';

/** Longest line and longest record, in UTF-16 units for text and bytes for lines: keeps memory flat on any file. */
export const MAX_RECORD = 4 * 1024 * 1024;

/** A line without its LF; null stands for one longer than the limit, whose content is passed over. */
export type Line = string | null;

/**
 * Splits UTF-8 bytes into lines. A CR before the LF stays. Where the bytes of a line are no UTF-8 it holds null characters
 * in their place, which no row may hold: `r\xf6d` must not become a colour.
 */
export async function* readLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Line> {
  let parts: Uint8Array[] = [];
  let length = 0;
  const finish = (): Line => {
    const line = length > MAX_RECORD ? null : decoded(parts.length === 1 ? parts[0] : Buffer.concat(parts));
    parts = [];
    length = 0;
    return line;
  };
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, start)) {
      add(chunk.subarray(start, end));
      yield finish();
      start = end + 1;
    }
    add(chunk.subarray(start));
  }
  if (length > 0) yield finish();

  function add(part: Uint8Array): void {
    length += part.length;
    if (length > MAX_RECORD) parts = [];
    else if (part.length > 0) parts.push(part);
  }
}

function decoded(line: Uint8Array | undefined): string {
  if (line === undefined) return '';
  const text = Buffer.from(line.buffer, line.byteOffset, line.byteLength).toString('utf8');
  return isUtf8(line) ? text : withoutReplacements(text);
}
