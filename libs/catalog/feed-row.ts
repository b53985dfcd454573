import { MAX_CATEGORY, type OfferId, type StyleId } from '#foundation';
import { z } from 'zod';
import { isKnownColumn, type KnownColumn } from './columns.js';
import { parsePrice } from './price.js';
import { AVAILABILITIES, type Availability, type Gender } from './records.js';

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

/** What keeps a row out. */
export interface RowProblem {
  field: string;
  value: string;
  code: string;
  message: string;
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

const price = text(100).transform((value, context) => {
  if (value === undefined) return null;
  const money = parsePrice(value);
  return 'code' in money ? refuse(context, money.code, money.message) : money;
});

const availabilities = new Map<string, Availability>(AVAILABILITIES.map((name) => [name.replaceAll('_', ''), name]));
const availability = text(100).transform((value, context): Availability => {
  // A feed that says nothing about stock lists what is for sale.
  if (value === undefined) return 'in_stock';
  const found = availabilities.get(value.toLowerCase().replace(/[\s_-]/g, ''));
  const allowed = AVAILABILITIES.join(', ');
  return found ?? refuse(context, 'availability-unknown', `The availability "${value}" is none of ${allowed}.`);
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
  price,
  sale_price: price,
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

/** A null character, or half of a surrogate pair: neither can be stored in Postgres. */
const UNSTORABLE = /[\0\p{Surrogate}]/u;

/** Columns that become ids, which requests name: they hold no control characters. */
const IDS: readonly KnownColumn[] = ['id', 'item_group_id'];
const CONTROL = /[\u0000-\u001f\u007f]/;

/**
 * The row that these cells mean, or the first thing that keeps it out.
 *
 * Left open by a feed: a title falls back to the id, availability to `in_stock`. A gender other than male, female and
 * unisex is null here and stays readable among the attributes.
 */
export function parseRow(cells: ReadonlyMap<string, string>): FeedRow | RowProblem {
  for (const [field, value] of cells) {
    if (!UNSTORABLE.test(value) && !UNSTORABLE.test(field)) continue;
    const message = 'The text is not UTF-8, or holds a null character or half of a surrogate pair.';
    return { field, value, code: 'text-unstorable', message };
  }
  const field = IDS.find((name) => CONTROL.test(cells.get(name) ?? ''));
  if (field !== undefined) {
    const message = 'The id holds a control character, such as a tab or a line end.';
    return { field, value: cells.get(field) ?? '', code: 'id-control-character', message };
  }
  const parsed = columns.safeParse(Object.fromEntries([...cells].filter(([name]) => isKnownColumn(name))));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const field = String(issue?.path[0] ?? 'row');
    const code = issue?.code === 'custom' ? String(issue.params?.['code']) : 'row-invalid';
    return { field, value: cells.get(field) ?? '', code, message: issue?.message ?? 'The row is invalid.' };
  }
  const row = parsed.data;
  const problem = salePriceProblem(row.price, row.sale_price, cells.get('sale_price') ?? '');
  if (problem !== null) return problem;
  const gender = GENDERS_WRITTEN.get((row.gender ?? '').toLowerCase()) ?? null;
  const attributes = [...cells].filter(([name]) => !isKnownColumn(name) || (name === 'gender' && gender === null));
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
    price: row.price?.amount ?? null,
    salePrice: row.sale_price?.amount ?? null,
    currency: row.price?.currency ?? row.sale_price?.currency ?? null,
    availability: row.availability,
    link: row.link,
    imageLink: row.image_link,
    additionalImageLinks: (row.additional_image_link ?? '').split(',').flatMap((part) => part.trim() || []),
    attributes: Object.fromEntries(attributes),
  };
}

type Price = z.output<typeof price>;

function salePriceProblem(regular: Price, sale: Price, value: string): RowProblem | null {
  if (regular === null || sale === null) return null;
  const field = 'sale_price';
  if (sale.currency !== null && regular.currency !== null && sale.currency !== regular.currency) {
    const message = `The sale price is in ${sale.currency}, but the price is in ${regular.currency}.`;
    return { field, value, code: 'currency-mismatch', message };
  }
  if (sale.amount > regular.amount) {
    return { field, value, code: 'sale-price-above-price', message: 'The sale price is above the price.' };
  }
  return null;
}
