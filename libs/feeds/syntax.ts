import { SEPARATORS, type Separator } from './csv-records.js';
import type { FeedFile } from './feed-file.js';
import { FeedError } from './feed-error.js';
import type { FeedFormat } from './feed-format.js';

/** How the records of a feed are written, whatever they mean. */
export type Syntax = { kind: 'delimited'; separator: Separator } | { kind: 'xml' } | { kind: 'jsonl' };

/**
 * Tells by its first 64 KiB how a feed is written.
 *
 * @param asked the format that the user names, and the separator that a mapping names; null: by content
 * @throws FeedError saying what was found instead
 */
export function syntaxOf(feed: FeedFile, asked: { format: FeedFormat | null; separator: Separator | null }): Syntax {
  const refuse = (code: string, sentence: string, remedy?: string): never => {
    throw new FeedError(code, `The feed ${feed.path} ${sentence}.`, {
      value: feed.path,
      ...(remedy === undefined ? {} : { remedy }),
    });
  };
  const start = feed.head.trimStart();
  const [first = ''] = start.split('\n', 1);
  if (start === '') refuse('feed-empty', 'is empty', 'Export it again: nothing was changed in the catalogue.');
  if (start.startsWith('PK\x03')) {
    refuse('feed-binary', 'is a zip archive or a spreadsheet', 'Export it as CSV in UTF-8.');
  }
  if (/^([^\0]\0){4}|^(\0[^\0]){4}/.test(feed.head)) {
    refuse(
      'feed-encoding',
      'seems to be in UTF-16 without a byte order mark',
      'Name its encoding: --encoding utf-16le.',
    );
  }
  const isXml = start.startsWith('<');
  // Null characters further down are damaged rows, not another kind of file. They stand for bytes of no meaning, too.
  if (!isXml && first.includes('\0')) {
    refuse(
      'feed-encoding',
      'is no text in its encoding: its first line cannot be read',
      'Save it as UTF-8, or name its encoding: --encoding windows-1252.',
    );
  }
  if (start.startsWith('[')) {
    refuse('feed-format', 'is one JSON array', 'Write JSON Lines: one object per line, without brackets or commas.');
  }
  const found = isXml ? 'xml' : start.startsWith('{') ? 'jsonl' : 'delimited';
  const { format } = asked;
  const wanted = format === null || format === 'shopify' || format === 'woocommerce' ? null : format;
  if (wanted !== null && (wanted === 'csv' || wanted === 'tsv' ? 'delimited' : wanted) !== found) {
    const words = { xml: 'XML', jsonl: 'JSON Lines', delimited: 'a table of text' }[found];
    refuse('feed-format', `seems to be ${words}, not ${wanted}`, 'Leave --format out, and it is recognised.');
  }
  if (found !== 'delimited') return { kind: found };
  if (!feed.head.includes('\n') && /\r[^\r]/.test(feed.head)) {
    refuse('feed-line-ends', 'ends its lines with a carriage return alone', 'Save it with LF or CRLF line ends.');
  }
  return { kind: 'delimited', separator: asked.separator ?? (wanted === 'tsv' ? '\t' : separatorOf(first)) };
}

/** The separator that stands most often in the header outside of quotes; a comma where there is none. */
function separatorOf(header: string): Separator {
  const plain = header.replace(/"[^"]*"/g, '');
  const counts = SEPARATORS.map((separator) => plain.split(separator).length - 1);
  return SEPARATORS[counts.indexOf(Math.max(...counts))] ?? ',';
}
