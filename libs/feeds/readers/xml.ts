import sax, { type SAXParser, type Tag } from 'sax';
import { withoutReplacements } from '../encoding.js';
import type { ColumnLog } from '../column-log.js';
import { FeedError } from '../feed-error.js';
import { MAX_RECORD } from '../lines.js';
import { malformed, type RawRow } from '../raw-row.js';
import { XmlItem } from './xml-item.js';

/** Deepest nesting that is read: feeds need 6. */
const MAX_DEPTH = 100;
const MAX_ATTRIBUTES = 1_000;

/**
 * Rows of an RSS 2.0 (`item`) or Atom (`entry`) feed with the elements of Google Merchant.
 *
 * Entities of a document type are neither read nor fetched: a row that uses one is malformed. So is one in which tags do
 * not match; the next is read again.
 *
 * @throws FeedError `feed-xml` where the document ends too early, or is nested too deeply
 */
export async function* readXml(chunks: AsyncIterable<Uint8Array>, columns: ColumnLog): AsyncGenerator<RawRow> {
  const reading = new XmlReading(columns);
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  for await (const chunk of chunks) {
    reading.write(withoutReplacements(decoder.decode(chunk, { stream: true })));
    yield* reading.taken();
  }
  reading.write(withoutReplacements(decoder.decode()));
  reading.end();
  yield* reading.taken();
}

/** What the parser's events add up to. */
class XmlReading {
  private readonly parser: SAXParser = sax.parser(true, { position: false });
  private rows: RawRow[] = [];
  private item: XmlItem | null = null;
  private depth = 0;
  private attributes = 0;
  private count = 0;

  constructor(private readonly columns: ColumnLog) {
    const { parser } = this;
    parser.onopentagstart = () => (this.attributes = 0);
    parser.onattribute = () => {
      this.attributes += 1;
      if (this.attributes > MAX_ATTRIBUTES) throw unreadable(`an element has more than ${MAX_ATTRIBUTES} attributes`);
    };
    parser.onopentag = (tag) => this.open(tag as Tag);
    parser.onclosetag = () => this.close();
    parser.ontext = (text) => this.item?.text(text);
    parser.oncdata = (text) => this.item?.text(text);
    parser.onerror = (error) => this.fail(error);
  }

  write(text: string): void {
    this.parser.write(text);
  }

  end(): void {
    if (this.depth > 0) throw unreadable('it ends before its last element is closed', 'Export or fetch it again.');
    this.parser.close();
  }

  taken(): RawRow[] {
    const { rows } = this;
    this.rows = [];
    return rows;
  }

  private open(tag: Tag): void {
    this.depth += 1;
    if (this.depth > MAX_DEPTH) throw unreadable(`its elements are nested deeper than ${MAX_DEPTH}`);
    if (tag.name === 'item' || tag.name === 'entry') {
      // The one before was never closed: it costs one row, not the rest of the feed.
      if (this.item !== null) {
        this.item.fault ??= 'it is not closed';
        this.finish(this.item);
      }
      this.item = new XmlItem(this.depth);
    } else this.item?.open(tag.name, this.depth, tag.attributes);
  }

  private close(): void {
    const { item } = this;
    this.depth -= 1;
    if (item === null) return;
    if (this.depth >= item.depth) return item.close(this.depth + 1);
    this.finish(item);
  }

  private finish(item: XmlItem): void {
    this.item = null;
    this.count += 1;
    this.rows.push(this.rowOf(item));
  }

  private rowOf(item: XmlItem): RawRow {
    const cells = item.cells();
    for (const name of cells.keys()) this.columns.add(name);
    const id = cells.get('id') ?? null;
    if (item.size > MAX_RECORD) {
      return malformed(this.count, 'row-too-long', `The item has more than ${MAX_RECORD} characters.`, '', id);
    }
    if (item.fault === null) return { row: this.count, cells };
    // Where tags do not match, what seems to be the id may be something else.
    return malformed(this.count, 'xml-malformed', `The item is not well-formed XML: ${item.fault}.`, id ?? '', null);
  }

  private fail(error: Error): void {
    const [what = ''] = error.message.split('\n');
    // What grows without end would fill the memory.
    if (what.startsWith('Max buffer length')) throw unreadable('a tag or comment in it is longer than 64 KiB');
    // The parser goes on when its error is taken away.
    this.parser.error = null as unknown as Error;
    if (this.item !== null) this.item.fault ??= what;
  }
}

function unreadable(why: string, remedy?: string): FeedError {
  return new FeedError('feed-xml', `The feed cannot be read as XML: ${why}.`, remedy === undefined ? {} : { remedy });
}
