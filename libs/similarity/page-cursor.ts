import { z } from 'zod';
import { type GenerationId, type ProductId, sha256, WeftError } from '#foundation';

/** Results that pages of one question reach, at most. */
const MOST_PAGED = 1_000;

/**
 * What was decided stands in clear at a cursor's end, so that whoever compares answers sees that this has changed, and not
 * only the time.
 */
const DECIDED_AFTER = '.';

/** How far apart the clocks of two processes may be. */
const CLOCK_SKEW_MS = 60_000;
const CURSOR_LIFE_MS = 86_400_000;

/** Where a page begins. */
export interface Page {
  generation: GenerationId;
  /** Hash of what was asked. */
  question: string;
  /** Hash of what the shop had decided; empty where nothing was. */
  decided: string;
  /** Results on the pages before. */
  shown: number;
  /** Hash of the last of them; empty on the first page. */
  last: string;
  /** When the first page was made: ages and weights on later ones count from there, too. */
  now: Date;
}

// The time reaches to the year 2109: one that Postgres can read, whatever a caller makes up.
const fields = z.tuple([
  z.int(),
  z.string(),
  z.int().min(1).max(MOST_PAGED),
  z.string(),
  z
    .int()
    .min(0)
    .max(2 ** 42),
]);

const short = (text: string) => sha256(text).slice(0, 12);

/** What stands for a question in its cursors. `question` is plain data; members that are undefined count as absent. */
export const questionKey = (question: unknown) => short(JSON.stringify(question));

/**
 * The page that a cursor leads to; without one the first.
 *
 * @throws WeftError `cursor-invalid`, or `cursor-stale` when another generation answers by now, or other rules or settings
 *   of the scenario hold
 */
export function pageAt(
  cursor: string | undefined,
  { generation, question, decided, now }: Pick<Page, 'generation' | 'question' | 'decided' | 'now'>,
): Page {
  if (cursor === undefined) return { generation, question, decided, shown: 0, last: '', now };
  const page = read(cursor);
  if (page === null) throw refused('The cursor is none that Weft gave out.', cursor);
  // Rules that hold from or until a moment go by the time of the first page: nobody else may choose it.
  const age = now.getTime() - page.now.getTime();
  if (age < -CLOCK_SKEW_MS) throw refused('The cursor is of a time that is not yet.', cursor);
  if (age > CURSOR_LIFE_MS) throw stale('is more than a day old', cursor);
  if (page.question !== question) throw refused('The cursor belongs to a question with other options.', cursor);
  if (page.generation !== generation) {
    throw stale(`goes through generation ${page.generation}, and generation ${generation} answers now`, cursor);
  }
  if (page.decided !== decided) {
    throw stale('is from before a change of the rules or of what the scenario says', cursor);
  }
  return page;
}

/** The cursor of the page after `page`, whose last result was `last`; null at the end of what is paged. */
export function cursorAfter(page: Page, given: number, last: ProductId): string | null {
  const shown = page.shown + given;
  if (shown > MOST_PAGED) return null;
  const { generation, question, now, decided } = page;
  const values: z.input<typeof fields> = [generation, question, shown, short(last), now.getTime()];
  const text = Buffer.from(JSON.stringify(values)).toString('base64url');
  return decided === '' ? text : `${text}${DECIDED_AFTER}${decided}`;
}

/**
 * What of an answer, best first, comes on a page: after the last result of the page before. Where that one has left the
 * answer since, as many are passed over as were shown.
 */
export function afterShown<Result extends { productId: ProductId }>({ shown, last }: Page, answer: Result[]): Result[] {
  const at = shown === 0 ? -1 : answer.findIndex(({ productId }) => short(productId) === last);
  return answer.slice(at < 0 ? shown : at + 1);
}

function read(cursor: string): Page | null {
  try {
    const [text = '', decided = ''] = cursor.split(DECIDED_AFTER);
    const [generation, question, shown, last, now] = fields.parse(
      JSON.parse(Buffer.from(text, 'base64url').toString()),
    );
    return { generation, question, decided, shown, last, now: new Date(now) };
  } catch {
    return null;
  }
}

function stale(why: string, value: string): WeftError {
  return new WeftError('cursor-stale', `The cursor ${why}.`, {
    ...{ value, remedy: 'Ask for the first page again, without a cursor.' },
  });
}

function refused(message: string, value: string): WeftError {
  return new WeftError('cursor-invalid', message, {
    ...{ value, remedy: 'Send the nextCursor of an answer with the same options, or none for the first page.' },
  });
}
