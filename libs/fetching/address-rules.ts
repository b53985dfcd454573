import { WeftError } from '#foundation';
import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;
/** What the operator has listed: a host by name or a network, at one port, at all ports, or at 80 and 443. */
type Entry = ({ host: string } | { network: [Address, number] }) & { port: number | 'any' | 'web' };

/** Only here are IPv6 addresses of the public internet; all other space is special or not given out. */
const GLOBAL_IPV6 = ipaddr.IPv6.parseCIDR('2000::/3');

/** Public by number, yet answered by the machine that hosts a virtual machine in Azure. */
const HOST_SERVICES = new Set(['168.63.129.16']);

const WEB_PORTS = new Set([80, 443]);

/** Which network addresses may be connected to: public ones at ports 80 and 443, and what the operator has listed. */
export class AddressRules {
  private readonly entries: Entry[];

  /**
   * @param listed each a host (`photos.internal`), an address (`10.0.0.7`) or a network (`10.0.0.0/8`, `fd00::/8`), with a
   * port if it is not 80 or 443 (`photos.internal:8080`, `[fd00::/8]:8080`; `*` for all). A host may have any address
   * @throws WeftError `fetch-allow-invalid`
   */
  constructor(listed: readonly string[] = []) {
    this.entries = listed.map(entryOf);
  }

  /**
   * @param host as the address names it: without brackets
   * @param address what it resolved to, or is
   */
  permits(host: string, address: string, port: number): boolean {
    if (!ipaddr.isValid(address)) return false;
    const parsed = ipaddr.parse(address);
    const name = withoutFinalDot(host);
    const isListed = this.entries.some((entry) => {
      if (entry.port === 'web' ? !WEB_PORTS.has(port) : entry.port !== 'any' && entry.port !== port) return false;
      return 'host' in entry ? entry.host === name : isWithin(parsed, entry.network);
    });
    return isListed || (WEB_PORTS.has(port) && isPublic(parsed));
  }
}

function isPublic(address: Address): boolean {
  if (address.range() !== 'unicast') return false;
  if (address instanceof ipaddr.IPv6) return address.match(GLOBAL_IPV6);
  return !HOST_SERVICES.has(address.toString());
}

function isWithin(address: Address, [network, bits]: [Address, number]): boolean {
  return address.kind() === network.kind() && address.match(network, bits);
}

function withoutFinalDot(host: string): string {
  return host.toLowerCase().replace(/\.$/, '');
}

function entryOf(text: string): Entry {
  const { place, port: written } = /^\[(?<place>[^\]]+)\](?::(?<port>\d+|\*))?$/.exec(text)?.groups ??
    /^(?<place>[^:]+):(?<port>\d+|\*)$/.exec(text)?.groups ?? { place: text };
  const port = written === undefined ? 'web' : written === '*' ? 'any' : Number(written);
  const known = place ?? '';
  if (ipaddr.isValidCIDR(known)) return { network: ipaddr.parseCIDR(known), port };
  if (ipaddr.IPv6.isValid(known) || ipaddr.IPv4.isValidFourPartDecimal(known)) {
    const address = ipaddr.parse(known);
    return { network: [address, address.kind() === 'ipv4' ? 32 : 128], port };
  }
  const isHost = /^[a-z\d_]([a-z\d_-]*[a-z\d_])?(\.[a-z\d_]([a-z\d_-]*[a-z\d_])?)*\.?$/i.test(known);
  // A last label of digits alone is a misspelt address, not a name.
  if (!isHost || /(^|\.)(\d+|0x[\da-f]*)\.?$/i.test(known)) {
    throw new WeftError('fetch-allow-invalid', `${text} is no host, address or network.`, {
      value: text,
      remedy: 'Write entries of WEFT_FETCH_ALLOW like photos.internal, 10.0.0.0/8 or 127.0.0.1:8080.',
    });
  }
  return { host: withoutFinalDot(known), port };
}
