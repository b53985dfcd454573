import { decodeHTML } from 'entities';

/** The words of a piece of HTML, on one line. */
export function plainText(html: string): string {
  const words = html.replace(/<(script|style)\b[^<]*(?:<(?!\/\1)[^<]*)*<\/\1>/gi, ' ').replace(/<[a-z/!][^>]*>/gi, ' ');
  return decodeHTML(words).replace(/\s+/g, ' ').trim();
}
