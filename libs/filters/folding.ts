/** Longest value of an attribute that a filter can name, in characters. */
export const MAX_VALUE = 100;
/** Categories are compared by so many characters of their path. */
const MAX_PATH = 500;

/**
 * Text as filters compare it: A to Z count as a to z, every other letter as written. Postgres does exactly this under
 * the collation "C", whatever server it is; what it makes of other letters differs from server to server.
 */
export function fold(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** A category as a path that begins with the path of each category above it: `women>dresses>`. */
export function categoryPath(category: string): string {
  const path = `${fold(category).replace(/ *> */g, '>')}>`;
  return [...path].slice(0, MAX_PATH).join('');
}

/** The moment so many days before `now`, to the millisecond. */
export function daysBefore(now: Date, days: number): Date {
  return new Date(now.getTime() - Math.round(days * 86_400_000));
}
