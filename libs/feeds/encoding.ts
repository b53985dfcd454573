/** What the first bytes of a text say of its encoding. */
export interface Encoding {
  /** A label that TextDecoder knows. */
  label: string;
  /** Bytes of the byte order mark. */
  mark: number;
}

/** True for the names of the WHATWG encodings, such as `utf-8`, `windows-1252`, `iso-8859-1`, `utf-16le`. */
export function isEncodingName(label: string): boolean {
  try {
    new TextDecoder(label);
    return true;
  } catch {
    return false;
  }
}

/**
 * The encoding of a text: that of its byte order mark; else the one asked for; else what an XML declaration names; else
 * UTF-8. What an XML declaration names is not looked up: see {@link isEncodingName}.
 */
export function encodingOf(head: Uint8Array, asked: string | null): Encoding {
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return { label: 'utf-8', mark: 3 };
  if (head[0] === 0xff && head[1] === 0xfe) return { label: 'utf-16le', mark: 2 };
  if (head[0] === 0xfe && head[1] === 0xff) return { label: 'utf-16be', mark: 2 };
  return { label: asked ?? declaredInXml(head) ?? 'utf-8', mark: 0 };
}

function declaredInXml(head: Uint8Array): string | null {
  const start = Buffer.from(head.subarray(0, 200)).toString('latin1');
  return /^\s*<\?xml[^>]*?\sencoding\s*=\s*["']([^"']{1,40})["']/i.exec(start)?.[1] ?? null;
}

/**
 * The same text in UTF-8. What is no character of its encoding becomes a null character, which no row may hold: `r\xf6d`
 * must not become a colour. UTF-8 is passed on as it is; whoever decodes it does the same.
 */
export async function* inUtf8(chunks: AsyncIterable<Uint8Array>, label: string): AsyncGenerator<Uint8Array> {
  const decoder = new TextDecoder(label, { ignoreBOM: true });
  if (decoder.encoding === 'utf-8') {
    yield* chunks;
    return;
  }
  for await (const chunk of chunks) yield Buffer.from(withoutReplacements(decoder.decode(chunk, { stream: true })));
  yield Buffer.from(withoutReplacements(decoder.decode()));
}

/** Text in which a null character stands for what could not be decoded. */
export function withoutReplacements(text: string): string {
  return text.includes('\ufffd') ? text.replaceAll('\ufffd', '\0') : text;
}
