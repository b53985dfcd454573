import { ColumnLog } from './column-log.js';
import { KNOWN_COLUMNS } from './columns.js';
import type { Separator } from './csv-records.js';
import type { ColumnUse, Dialect } from './dialects/dialect.js';
import { google } from './dialects/google.js';
import { isShopify, shopify } from './dialects/shopify.js';
import { isWooCommerce, woocommerce } from './dialects/woocommerce.js';
import { FeedError } from './feed-error.js';
import { FeedFile } from './feed-file.js';
import type { FeedFormat } from './feed-format.js';
import { type FeedMapping, Mapper, NO_MAPPING } from './mapping.js';
import type { RawRow } from './raw-row.js';
import { readDelimited } from './readers/delimited.js';
import { readJsonLines } from './readers/json-lines.js';
import { readXml } from './readers/xml.js';
import { resumed } from './resumed.js';
import { type Syntax, syntaxOf } from './syntax.js';

/** How a feed is to be read; null: by its content. */
export interface FeedOptions {
  format: FeedFormat | null;
  /** A WHATWG encoding. A byte order mark goes before it. */
  encoding: string | null;
  mapping: FeedMapping | null;
}

/** What became of the columns of a feed. */
export interface ColumnReport {
  recognised: { column: string; field: string }[];
  /** Kept as attributes of the offers. */
  attributes: string[];
  /** Read past. */
  ignored: string[];
  /** Fields that no column gives. */
  missing: string[];
}

/** A feed that is read once, from start to end, and then closed. */
export class Feed {
  private readonly columns = new ColumnLog();
  private readonly mapper: Mapper;
  private spoken: Dialect | null = null;

  private constructor(
    private readonly file: FeedFile,
    private readonly syntax: Syntax,
    private readonly format: FeedFormat | null,
    readonly mapping: FeedMapping,
  ) {
    this.mapper = new Mapper(mapping);
  }

  /** @throws FeedError when there is no feed, or it is no text that could be one */
  static async open(path: string, options: Partial<FeedOptions> = {}): Promise<Feed> {
    const { format = null, encoding = null, mapping } = options;
    const file = await FeedFile.open(path, encoding);
    try {
      const separator: Separator | null = mapping?.columnSeparator ?? null;
      return new Feed(file, syntaxOf(file, { format, separator }), format, mapping ?? NO_MAPPING);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /**
   * The records under Weft's column names, once.
   *
   * @throws FeedError when this is no feed, or reading fails, or the file changes meanwhile
   */
  async *rows(): AsyncGenerator<RawRow> {
    const raw = this.read();
    const first = await raw.next();
    const dialect = this.recognise();
    this.spoken = dialect;
    if (first.done !== true) {
      for await (const row of dialect.translate(resumed(first.value, raw))) {
        yield 'cells' in row ? { row: row.row, cells: this.mapper.apply(row.cells) } : row;
      }
    }
    await this.file.assertUnchanged();
  }

  /** The share of the file that was read, in [0, 1]. */
  get share(): number {
    return this.file.share;
  }

  /** What the columns are taken to mean; known when the first row was read. */
  get dialect(): Dialect {
    return this.spoken ?? google;
  }

  /** Which syntax and dialect were found, in words. */
  describe(): string {
    const { syntax, dialect } = this;
    const words = { delimited: 'CSV', xml: 'XML', jsonl: 'JSON Lines' };
    const kind = syntax.kind === 'delimited' && syntax.separator === '\t' ? 'TSV' : words[syntax.kind];
    return `${{ google: 'Google Merchant', shopify: 'Shopify', woocommerce: 'WooCommerce' }[dialect.name]} ${kind}`;
  }

  columnReport(): ColumnReport {
    const report: ColumnReport = { recognised: [], attributes: [], ignored: [], missing: [] };
    const given = new Set<string>(Object.keys(this.mapping.constants));
    for (const column of this.columns.all()) {
      const target = this.mapper.fieldOf(column);
      const use: ColumnUse = target !== null ? 'field' : this.dialect.use(column);
      if (target === null && this.mapper.isReplaced(column)) report.ignored.push(column);
      else if (use === 'field') report.recognised.push({ column, field: target ?? column });
      else report[use === 'attribute' ? 'attributes' : 'ignored'].push(column);
      given.add(target ?? column);
    }
    if (this.dialect.name === 'google') report.missing = KNOWN_COLUMNS.filter((name) => !given.has(name));
    return report;
  }

  async close(): Promise<void> {
    await this.file.close();
  }

  private read(): AsyncGenerator<RawRow> {
    const { syntax, file, columns } = this;
    if (syntax.kind === 'xml') return readXml(file.chunks(), columns);
    if (syntax.kind === 'jsonl') return readJsonLines(file.chunks(), columns);
    return readDelimited(file.chunks(), columns, syntax.separator);
  }

  private recognise(): Dialect {
    const has = (name: string) => this.columns.has(name);
    const { format } = this;
    if (format === 'shopify' || (format === null && isShopify(has))) return shopify;
    if (format === 'woocommerce' || (format === null && isWooCommerce(has))) return woocommerce;
    if (this.syntax.kind !== 'delimited') return google;
    const missing = ['id', 'image_link'].filter((name) => !has(name) && !this.mapper.gives(name, has));
    if (missing.length === 0) return google;
    throw new FeedError(
      'feed-columns',
      `${this.file.path} is not a product feed: it has no column ${missing.join(' and none called ')}.`,
      {
        value: this.columns.all().join(', ').slice(0, 200),
        remedy: `The first line must name the columns; known ones are ${KNOWN_COLUMNS.join(', ')}. Other names need a mapping: --mapping FILE.`,
      },
    );
  }
}
