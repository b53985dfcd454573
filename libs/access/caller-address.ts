import { BlockList, isIPv4, isIPv6 } from 'node:net';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** Whether an address is of this machine itself. */
export function isLoopbackAddress(address: string): boolean {
  const plain = unmapped(address);
  if (isIPv4(plain)) return loopback.check(plain, 'ipv4');
  return isIPv6(plain) && loopback.check(plain, 'ipv6');
}

/**
 * What is counted as one caller: an IPv4 address, or the /64 of an IPv6 address, which one subscriber has at least.
 * `2001:db8:1:2::7` becomes `2001:db8:1:2::/64`. What a proxy reports and is no address counts as one caller in all.
 */
export function addressGroup(address: string): string {
  const plain = unmapped(withoutPort(address));
  if (isIPv4(plain)) return plain;
  if (!isIPv6(plain)) return 'unreadable';
  // A URL writes every IPv6 address in one way: lower case, zeros shortened, no zone.
  const [head = '', tail] = new URL(`http://[${plain.split('%', 1)[0]}]`).hostname.slice(1, -1).split('::');
  const groups = (text: string) => text.split(':').filter((group) => group !== '');
  const [first, last] = [groups(head), groups(tail ?? '')];
  const zeros = tail === undefined ? [] : Array.from({ length: 8 - first.length - last.length }, () => '0');
  return `${[...first, ...zeros, ...last].slice(0, 4).join(':')}::/64`;
}

/** Some proxies report the port as well: `192.0.2.1:5678`, `[2001:db8::1]:5678`. */
function withoutPort(address: string): string {
  return /^\[(.+)\](?::\d+)?$/.exec(address)?.[1] ?? /^([\d.]+):\d+$/.exec(address)?.[1] ?? address;
}

/** An IPv4 address that a socket for both kinds shows as `::ffff:192.0.2.1`. */
function unmapped(address: string): string {
  const plain = address.replace(/^::ffff:/i, '');
  return isIPv4(plain) ? plain : address;
}
