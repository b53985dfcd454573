import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AddressRules } from './index.js';

const strict = new AddressRules();
const permits = (address: string, port = 443) => strict.permits('shop.example', address, port);

describe('AddressRules', () => {
  it.each(['1.1.1.1', '93.184.215.14', '172.32.0.1', '100.128.0.1', '2606:4700::1111', '2a00:1450:4001::1'])(
    'permits %s, which is public',
    (address) => expect(permits(address)).toBe(true),
  );

  it.each([
    ['loopback', '127.0.0.1'],
    ['loopback', '127.255.255.254'],
    ['loopback', '::1'],
    ['unspecified', '0.0.0.0'],
    ['unspecified', '::'],
    ['this network', '0.1.2.3'],
    ['private', '10.0.0.1'],
    ['private', '172.16.0.1'],
    ['private', '172.31.255.255'],
    ['private', '192.168.1.1'],
    ['shared by a provider', '100.64.0.1'],
    ['metadata', '169.254.169.254'],
    ['metadata', 'fd00:ec2::254'],
    ['metadata', '100.100.100.200'],
    ['metadata', '192.0.0.192'],
    ['host service', '168.63.129.16'],
    ['link-local', 'fe80::1'],
    ['link-local with a zone', 'fe80::1%eth0'],
    ['site-local', 'fec0::1'],
    ['unique local', 'fc00::1'],
    ['multicast', '224.0.0.1'],
    ['multicast', 'ff02::1'],
    ['reserved', '240.0.0.1'],
    ['broadcast', '255.255.255.255'],
    ['documentation', '192.0.2.1'],
    ['documentation', '2001:db8::1'],
    ['benchmarking', '198.18.0.1'],
    ['relays', '192.88.99.1'],
    ['IPv4-mapped', '::ffff:127.0.0.1'],
    ['IPv4-mapped', '::ffff:1.1.1.1'],
    ['IPv4-compatible', '::127.0.0.1'],
    ['IPv4-translated', '::ffff:0:127.0.0.1'],
    ['6to4', '2002:7f00:1::'],
    ['NAT64', '64:ff9b::7f00:1'],
    ['local NAT64', '64:ff9b:1::7f00:1'],
    ['Teredo', '2001:0:7f00:1::'],
    ['discard', '100::1'],
    ['space not given out', '4000::1'],
    ['no address', 'localhost'],
    ['no address', ''],
  ])('refuses %s: %s', (_, address) => {
    expect(permits(address)).toBe(false);
    expect(permits(address, 80)).toBe(false);
  });

  it('refuses every IPv4 address inside an IPv6 one', () => {
    fc.assert(
      fc.property(
        fc.ipV4(),
        fc.constantFrom('::ffff:', '::', '::ffff:0:', '64:ff9b::', '64:ff9b:1::'),
        (v4, prefix) => {
          expect(permits(`${prefix}${v4}`)).toBe(false);
        },
      ),
    );
  });

  it('refuses the public address at any port but 80 and 443', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 65535 }), (port) => {
        expect(permits('1.1.1.1', port)).toBe(port === 80 || port === 443);
      }),
    );
  });

  it.each([
    ['10.0.0.0/8', '10.9.8.7', 443, true],
    ['10.0.0.0/8', '10.9.8.7', 8080, false],
    ['10.0.0.0/8', '11.0.0.1', 443, true],
    ['10.0.0.0/8', '::ffff:10.0.0.1', 443, false],
    ['10.0.0.0/8:8080', '10.9.8.7', 8080, true],
    ['10.0.0.0/8:8080', '10.9.8.7', 80, false],
    ['10.0.0.0/8:*', '10.9.8.7', 1, true],
    ['10.0.0.7', '10.0.0.7', 80, true],
    ['10.0.0.7', '10.0.0.8', 80, false],
    ['fd00::/8', 'fd12::1', 443, true],
    ['[fd00::/8]:9000', 'fd12::1', 9000, true],
    ['::1', '::1', 80, true],
    ['[::1]:8080', '::1', 8080, true],
    ['::ffff:0:0/96', '::ffff:127.0.0.1', 80, true],
    ['shop.example', '192.168.0.1', 443, true],
    ['SHOP.example.', '192.168.0.1', 443, true],
    ['shop.example:8443', '192.168.0.1', 443, false],
    ['shop.example:8443', '192.168.0.1', 8443, true],
    ['other.example', '192.168.0.1', 443, false],
    ['example', '192.168.0.1', 443, false],
  ])('with %s listed, %s at port %i: %s', (entry, address, port, expected) => {
    expect(new AddressRules([entry]).permits('shop.example', address, port)).toBe(expected);
    expect(new AddressRules([entry]).permits('shop.example.', address, port)).toBe(expected);
  });

  it.each([
    '10.0.0.0/33',
    '10.0.0',
    '0x7f.1',
    'http://shop.example',
    'shop.example:port',
    'a b',
    '*',
    '*.example',
    '[::1',
    '',
  ])('refuses the entry %j and says how to write one', (entry) => {
    expect(() => new AddressRules([entry])).toThrow(
      expect.objectContaining({ code: 'fetch-allow-invalid', value: entry }),
    );
  });
});
