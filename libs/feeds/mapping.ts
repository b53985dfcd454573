import { messageOf } from '#foundation';
import { z } from 'zod';
import { columnName, KNOWN_COLUMNS } from './columns.js';
import { SEPARATORS } from './csv-records.js';
import { FeedError } from './feed-error.js';
import { listCell, listParts } from './raw-row.js';

const field = z.enum(KNOWN_COLUMNS);
const text = z.string().min(1).max(1_000);

/** What the columns of a foreign feed mean. Unknown members are refused. */
export const feedMapping = z.strictObject({
  /** Column of the feed -> field of Weft. Of several columns for one field the first that is not empty counts. */
  columns: z.record(text, field).default({}),
  /** What every row says, unless it says something itself. */
  constants: z.partialRecord(field, text).default({}),
  /** Field -> value in the feed -> value that Weft knows. Case does not matter. */
  values: z.partialRecord(field, z.record(text, text)).default({}),
  /** ISO 4217 code of prices without one. */
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/, 'must be an ISO 4217 code such as EUR')
    .nullable()
    .default(null),
  /** Currency sign -> ISO 4217 code. */
  currencySigns: z.record(z.string().min(1).max(5), z.string().regex(/^[A-Z]{3}$/)).default({}),
  /** The decimal mark of prices; the other one separates thousands. null: told by each price. */
  decimal: z.enum(['.', ',']).nullable().default(null),
  /** Between two columns; null: by the first line. */
  columnSeparator: z.enum(SEPARATORS).nullable().default(null),
  /** Between two images of one cell. */
  imageSeparator: z.string().min(1).max(5).default(','),
});
export type FeedMapping = z.output<typeof feedMapping>;

/** A mapping that changes nothing. */
export const NO_MAPPING: FeedMapping = feedMapping.parse({});

/**
 * Reads the text of a mapping file.
 *
 * @throws FeedError `mapping-invalid` naming what is wrong, and where
 */
export function parseMapping(json: string, path: string): FeedMapping {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw new FeedError('mapping-invalid', `The mapping ${path} is not JSON: ${messageOf(error)}.`, {
      value: path,
      remedy: 'docs/feeds.md has one to begin with.',
      cause: error,
    });
  }
  const parsed = feedMapping.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue?.path.map(String).join('.') || 'the file';
  throw new FeedError('mapping-invalid', `The mapping ${path} is invalid: ${where}: ${issue?.message ?? 'invalid'}.`, {
    value: path,
    remedy: `Its members are ${Object.keys(feedMapping.shape).join(', ')}; fields are ${KNOWN_COLUMNS.join(', ')}.`,
  });
}

/** Applies a mapping to rows; see {@link feedMapping}. */
export class Mapper {
  private readonly columns: Map<string, string>;
  private readonly targets: Set<string>;
  private readonly constants: [string, string][];
  private readonly values: Map<string, Map<string, string>>;

  constructor(private readonly mapping: FeedMapping) {
    this.columns = new Map(Object.entries(mapping.columns).map(([name, target]) => [columnName(name), target]));
    this.targets = new Set(this.columns.values());
    this.constants = Object.entries(mapping.constants);
    this.values = new Map(
      Object.entries(mapping.values).map(([target, words]) => [
        target,
        new Map(Object.entries(words).map(([word, meaning]) => [word.trim().toLowerCase(), meaning])),
      ]),
    );
  }

  /** The field that a column of the feed is mapped to; null where it is not. */
  fieldOf(column: string): string | null {
    return this.columns.get(column) ?? null;
  }

  /** True where another column takes the place of this one. */
  isReplaced(column: string): boolean {
    return this.targets.has(column) && !this.columns.has(column);
  }

  /** True where the mapping gives every row this field, or names a column for it. */
  gives(target: string, hasColumn: (name: string) => boolean): boolean {
    if (this.constants.some(([name]) => name === target)) return true;
    return [...this.columns].some(([column, to]) => to === target && hasColumn(column));
  }

  apply(cells: Map<string, string>): Map<string, string> {
    const mapped = new Map<string, string>();
    const images: string[] = [];
    for (const [name, value] of cells) {
      const target = this.fieldOf(name);
      if (target === null && this.isReplaced(name)) continue;
      const to = target ?? name;
      if (to === 'additional_image_link') images.push(...this.imagesOf(value));
      else if (to === 'image_link' && target !== null) {
        const [first, ...more] = this.imagesOf(value);
        if (first !== undefined && !mapped.has(to)) mapped.set(to, first);
        images.push(...more);
      } else if (!mapped.has(to)) mapped.set(to, value);
    }
    if (images.length > 0) mapped.set('additional_image_link', listCell(images));
    for (const [name, value] of this.constants) if (!mapped.has(name)) mapped.set(name, value);
    for (const [name, words] of this.values) {
      const value = mapped.get(name);
      const meaning = value === undefined ? undefined : words.get(value.toLowerCase());
      if (meaning !== undefined) mapped.set(name, meaning);
    }
    return mapped;
  }

  private imagesOf(value: string): string[] {
    if (value.includes('\n')) return listParts(value);
    return value.split(this.mapping.imageSeparator).flatMap((part) => part.trim() || []);
  }
}
