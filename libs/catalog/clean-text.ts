import { decodeHTMLStrict } from 'entities';

/** Control characters other than the null character, which stands for unreadable bytes. */
const CONTROL = /[\u0001-\u001f\u007f-\u009f\u2028\u2029]+/g;

/** Text for people: HTML entities decoded, control characters and line ends as single spaces. */
export function cleanText(text: string): string {
  const decoded = text.includes('&') ? decodeHTMLStrict(text) : text;
  return decoded.replace(CONTROL, ' ').trim();
}

/** As {@link cleanText}, with its line ends. */
export function cleanLines(text: string): string {
  return text.split(/\r?\n/).map(cleanText).join('\n').trim();
}

/** An address out of an XML export that was escaped twice: `?a=1&amp;b=2`. Other entities may be parts of addresses. */
export function cleanAddress(address: string): string {
  return address.replaceAll('&amp;', '&').trim();
}
