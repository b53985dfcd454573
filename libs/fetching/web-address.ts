import { FetchError } from './fetch-error.js';

const LONGEST = 4096;

/**
 * An address that may be asked for. The parser writes every spelling of an IPv4 address (decimal, octal, hexadecimal) as
 * four decimal numbers, so that later checks see what the socket will.
 *
 * @throws FetchError `fetch-address-invalid`
 */
export function webAddress(text: string, base?: URL): URL {
  const shown = text.slice(0, 200);
  if (text.length > LONGEST || !URL.canParse(text, base?.href)) throw invalid('The address cannot be read.', shown);
  const url = new URL(text, base);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw invalid('Only http and https addresses are fetched.', shown);
  }
  if (url.username !== '' || url.password !== '') {
    // The value is logged and shown: not with a password in it.
    throw invalid('The address carries a user name or password, which is not sent.', url.host);
  }
  url.hash = '';
  return url;
}

function invalid(message: string, value: string): FetchError {
  return new FetchError('fetch-address-invalid', message, { value });
}
