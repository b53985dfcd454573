import { MAX_CATEGORY, type OfferId, type StyleId } from '#foundation';
import { z } from 'zod';
import { isKnownColumn, type KnownColumn, listParts } from '#feeds';
import { parseAvailability } from './availability.js';
import { cleanAddress, cleanLines, cleanText } from './clean-text.js';
import { ANY_STYLE, type PriceStyle } from './price.js';
import { AVAILABILITIES, type Availability, type Gender } from './records.js';
import { pricesOf } from './row-prices.js';
import type { RowProblem } from './row-problem.js';

/** A valid feed row in Weft's words. */
export interface FeedRow {
  offerId: OfferId;
  /** `item_group_id` */
  group: StyleId | null;
  title: string;
  description: string | null;
  brand: string | null;
  category: string | null;
  gender: Gender | null;
  colour: string | null;
  pattern: string | null;
  material: string | null;
  size: string | null;
  price: number | null;
  salePrice: number | null;
  currency: string | null;
  availability: Availability;
  link: string | null;
  imageLink: string;
  additionalImageLinks: string[];
  attributes: Record<string, string>;
}

/** What a row is read against. */
export interface RowReading {
  prices: PriceStyle;
  /** Sale prices count while their dates hold. */
  now: Date;
}

function refuse(context: z.RefinementCtx, code: string, message: string): never {
  context.addIssue({ code: 'custom', message, params: { code } });
  return z.NEVER;
}

/** Optional text of at most `limit` UTF-16 units. */
const text = (limit: number) =>
  z
    .string()
    .transform((value, context) =>
      value.length <= limit
        ? value
        : refuse(context, 'text-too-long', `The text has ${value.length} characters; ${limit} are allowed.`),
    )
    .optional();

const required = (limit: number, code: string, message: string) =>
  text(limit).transform((value, context) => value ?? refuse(context, code, message));

const availability = text(100).transform((value, context) => {
  // A feed that says nothing about stock lists what is for sale.
  if (value === undefined) return 'in_stock';
  const allowed = AVAILABILITIES.join(', ');
  const message = `The availability "${value}" is none of ${allowed}, discontinued, yes, no, or a number of pieces.`;
  return parseAvailability(value) ?? refuse(context, 'availability-unknown', message);
});

const link = text(4_000).transform((value, context) => {
  if (value === undefined) return null;
  const isWeb = URL.canParse(value) && /^https?:$/.test(new URL(value).protocol);
  return isWeb ? value : refuse(context, 'link-invalid', 'The link is not an http or https address.');
});

const columns = z.object({
  id: required(200, 'id-missing', 'The row has no id.'),
  item_group_id: text(200),
  title: text(1_000),
  description: text(100_000),
  brand: text(500),
  product_type: text(MAX_CATEGORY),
  gender: text(100),
  color: text(100),
  pattern: text(100),
  material: text(100),
  size: text(200),
  price: text(100),
  sale_price: text(100),
  sale_price_effective_date: text(100),
  availability,
  link,
  image_link: required(4_000, 'image-link-missing', 'The row names no image.'),
  additional_image_link: text(100_000),
});

const GENDERS_WRITTEN = new Map<string, Gender>([
  ...['male', 'men', 'man', "men's", 'mens'].map((word) => [word, 'male'] as const),
  ...['female', 'women', 'woman', "women's", 'womens'].map((word) => [word, 'female'] as const),
  ['unisex', 'unisex'],
]);

/** Columns that tell looks apart and are kept nowhere else. */
const TOLD_BY_ATTRIBUTES: ReadonlySet<string> = new Set<KnownColumn>(['material', 'pattern']);

/** A null character, or half of a surrogate pair: neither can be stored in Postgres. */
const UNSTORABLE = /[\0\p{Surrogate}]/u;

/** Columns that become ids, which requests name: they hold no control characters. */
const IDS: readonly KnownColumn[] = ['id', 'item_group_id'];
const CONTROL = /[\u0000-\u001f\u007f]/;

/** HTML entities are decoded and control characters become spaces in what people read. */
const CLEANERS: Partial<Record<KnownColumn, (text: string) => string>> = {
  ...{ title: cleanText, brand: cleanText, product_type: cleanText, gender: cleanText, description: cleanLines },
  ...{ color: cleanText, pattern: cleanText, material: cleanText, size: cleanText },
  ...{ link: cleanAddress, image_link: cleanAddress },
};

/**
 * The row that these cells mean, or the first thing that keeps it out.
 *
 * Left open by a feed: a title falls back to the id, availability to `in_stock`. A gender other than male, female and
 * unisex is null here and stays readable among the attributes, and so do material and pattern.
 */
export function parseRow(
  cells: ReadonlyMap<string, string>,
  { prices, now }: RowReading = { prices: ANY_STYLE, now: new Date() },
): FeedRow | RowProblem {
  const faulty = faultyText(cells);
  if (faulty !== null) return faulty;
  const parsed = columns.safeParse(cleanCells(cells));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const field = String(issue?.path[0] ?? 'row');
    const code = issue?.code === 'custom' ? String(issue.params?.['code']) : 'row-invalid';
    return { field, value: cells.get(field) ?? '', code, message: issue?.message ?? 'The row is invalid.' };
  }
  const row = parsed.data;
  const priced = pricesOf(row, prices, now);
  if ('code' in priced) return priced;
  const gender = GENDERS_WRITTEN.get((row.gender ?? '').toLowerCase()) ?? null;
  const isAttribute = (name: string) =>
    !isKnownColumn(name) || TOLD_BY_ATTRIBUTES.has(name) || (name === 'gender' && gender === null);
  const attributes = [...cells].filter(([name]) => isAttribute(name));
  return {
    offerId: row.id as OfferId,
    group: (row.item_group_id as StyleId | undefined) ?? null,
    title: row.title ?? row.id,
    description: row.description ?? null,
    brand: row.brand ?? null,
    category: row.product_type ?? null,
    gender,
    colour: row.color ?? null,
    pattern: row.pattern ?? null,
    material: row.material ?? null,
    size: row.size ?? null,
    ...priced,
    availability: row.availability === 'discontinued' ? 'out_of_stock' : row.availability,
    link: row.link,
    imageLink: row.image_link,
    additionalImageLinks: listParts(row.additional_image_link ?? '').map(cleanAddress),
    attributes: Object.fromEntries(attributes),
  };
}

/**
 * The id of an offer that the feed names only to say that it is not for sale any more, whatever else is wrong with its row;
 * null for any other row.
 */
export function unlistedIdOf(cells: ReadonlyMap<string, string>): OfferId | null {
  const stated = cells.get('availability');
  const isGone = stated !== undefined && parseAvailability(stated) === 'discontinued';
  return isGone ? ((cells.get('id') as OfferId | undefined) ?? null) : null;
}

/** The cells that have a meaning, without what was only put in for a web page. */
function cleanCells(cells: ReadonlyMap<string, string>): Record<string, string> {
  const known: Record<string, string> = {};
  for (const [name, cell] of cells) {
    if (!isKnownColumn(name)) continue;
    const value = (CLEANERS[name] ?? ((text: string) => text))(cell);
    if (value !== '') known[name] = value;
  }
  return known;
}

function faultyText(cells: ReadonlyMap<string, string>): RowProblem | null {
  for (const [field, value] of cells) {
    if (!UNSTORABLE.test(value) && !UNSTORABLE.test(field)) continue;
    const message =
      'The text holds bytes that are no characters of its encoding, a null character or half of a surrogate pair; ' +
      'if the whole feed is in another encoding, name it: --encoding windows-1252, say.';
    return { field, value, code: 'text-unstorable', message };
  }
  const field = IDS.find((name) => CONTROL.test(cells.get(name) ?? ''));
  if (field === undefined) return null;
  const message = 'The id holds a control character, such as a tab or a line end.';
  return { field, value: cells.get(field) ?? '', code: 'id-control-character', message };
}
