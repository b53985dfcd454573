import { isIP } from 'node:net';
import { messageOf } from '#foundation';
import { buildConnector } from 'undici';
import type { AddressRules } from './address-rules.js';
import { FetchError } from './fetch-error.js';

/** All addresses of a host, in the order to be tried. */
export type Resolve = (host: string) => Promise<string[]>;

/**
 * Connects to a host by an address that was checked first: the name is resolved once, and the socket is given the number,
 * so that a second answer of the name server changes nothing. Host header and TLS name stay those of the host.
 *
 * @param ca certificates to trust instead of those of Node
 */
export function pinnedConnector(
  rules: AddressRules,
  resolve: Resolve,
  connectMs: number,
  ca?: string,
): buildConnector.connector {
  const connect = buildConnector({ timeout: connectMs, ...(ca === undefined ? {} : { ca }) });
  const connectTo = (options: buildConnector.Options) =>
    new Promise<Parameters<buildConnector.Callback>>((settle) => connect(options, (...answer) => settle(answer)));

  return (options, callback) => {
    const host = options.hostname.replace(/^\[|\]$/g, '');
    const port = options.port === '' ? (options.protocol === 'https:' ? 443 : 80) : Number(options.port);
    const attempt = async (): Promise<Parameters<buildConnector.Callback>> => {
      let last: Parameters<buildConnector.Callback> = [unknownHost(host), null];
      for (const address of await checkedAddresses(host, port, rules, resolve)) {
        last = await connectTo({ ...options, hostname: address });
        if (last[0] === null) return last;
      }
      return last;
    };
    attempt().then(
      (answer) => callback(...answer),
      (error: unknown) => callback(error instanceof Error ? error : new Error(messageOf(error)), null),
    );
  };
}

/** All of them are permitted, or none is used: a name that also points inside is not to be trusted. */
async function checkedAddresses(host: string, port: number, rules: AddressRules, resolve: Resolve): Promise<string[]> {
  const addresses = isIP(host) === 0 ? await resolved(host, resolve) : [host];
  const refused = addresses.find((address) => !rules.permits(host, address, port));
  if (refused === undefined) return addresses;
  const what = refused === host ? `${host}, port ${port},` : `${host}, which is ${refused}, port ${port},`;
  throw new FetchError('fetch-address-refused', `${what} is not a public web address at port 80 or 443.`, {
    value: host,
    remedy: `Where it is to be trusted, add ${entryFor(host, port)} to WEFT_FETCH_ALLOW.`,
  });
}

/** As `WEFT_FETCH_ALLOW` lists it. */
function entryFor(host: string, port: number): string {
  if (port === 80 || port === 443) return host;
  return `${isIP(host) === 6 ? `[${host}]` : host}:${port}`;
}

async function resolved(host: string, resolve: Resolve): Promise<string[]> {
  try {
    return await resolve(host);
  } catch (cause) {
    throw unknownHost(host, cause);
  }
}

function unknownHost(host: string, cause?: unknown): FetchError {
  return new FetchError('fetch-host-unknown', `The host ${host} has no address.`, { value: host, cause });
}
