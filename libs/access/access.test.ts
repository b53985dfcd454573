import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressGroup, isLoopbackAddress } from './caller-address.js';
import { keyRequest } from './key-request.js';
import { expiryOf } from './lifetime.js';

const NOW = new Date('2026-11-24T12:00:00Z');

describe('expiryOf', () => {
  it.each([
    ['12h', '2026-11-25T00:00:00Z'],
    ['90d', '2027-02-22T12:00:00Z'],
    ['4w', '2026-12-22T12:00:00Z'],
    ['2027-01-31', '2027-01-31T00:00:00Z'],
    ['2026-11-24T13:00:00+00:30', '2026-11-24T12:30:00Z'],
  ])('reads %s', (text, expected) => {
    expect(expiryOf(text, NOW)).toEqual(new Date(expected));
  });

  it.each(['', '0d', '-1d', '1.5d', '90', 'tomorrow', '2026-11-24', '2026-13-01', '2026-11-24T13:00:00', '999999d'])(
    'refuses %j',
    (text) => {
      expect(() => expiryOf(text, NOW)).toThrow(expect.objectContaining({ code: 'expiry-invalid', value: text }));
    },
  );
});

describe('keyRequest', () => {
  const storefront = { kind: 'storefront', name: 'shop' };
  const faults = (request: object) => keyRequest.safeParse(request).error?.issues.map(({ path }) => path[0]);

  it.each([
    ['https://shop.example', 'https://shop.example'],
    ['https://SHOP.example/', 'https://shop.example'],
    ['https://shop.example:443', 'https://shop.example'],
    ['http://localhost:3000', 'http://localhost:3000'],
  ])('writes the origin %s as browsers do', (given, origin) => {
    expect(keyRequest.parse({ ...storefront, origins: [given] }).origins).toEqual([origin]);
  });

  it.each([
    '*',
    'null',
    'shop.example',
    'https://*.shop.example',
    'https://shop.example/a',
    'file:///a',
    'https://a@b.c',
    'https://a?b',
  ])('refuses the origin %s', (given) => {
    expect(faults({ ...storefront, origins: [given] })).toEqual(['origins']);
  });

  it('binds storefront keys to origins, and no others', () => {
    expect(faults(storefront)).toEqual(['origins']);
    expect(faults({ kind: 'operator', name: 'a', origins: ['https://shop.example'] })).toEqual(['origins']);
  });

  it('grants no more than the kind can have', () => {
    const origins = ['https://shop.example'];
    expect(faults({ ...storefront, origins, scopes: ['read'] })).toBeUndefined();
    expect(faults({ ...storefront, origins, scopes: ['read', 'merchandiser'] })).toEqual(['scopes']);
    expect(faults({ kind: 'merchandiser', name: 'a', scopes: ['operator'] })).toEqual(['scopes']);
    expect(faults({ kind: 'operator', name: 'a', scopes: [] })).toEqual(['scopes']);
  });

  it('refuses names that a list could not show, limits of nothing, and what it does not know', () => {
    for (const name of ['', '  ', 'a\nb', 'a'.repeat(101)])
      expect(faults({ kind: 'operator', name })).toEqual(['name']);
    expect(faults({ kind: 'operator', name: 'a', perMinute: 0 })).toEqual(['perMinute']);
    expect(keyRequest.safeParse({ kind: 'operator', name: 'a', hash: 'x' }).success).toBe(false);
  });
});

describe('addressGroup', () => {
  it('is the address itself for IPv4, however it is written', () => {
    fc.assert(
      fc.property(fc.ipV4(), (address) => {
        expect(addressGroup(address)).toBe(address);
        expect(addressGroup(`::ffff:${address}`)).toBe(address);
      }),
    );
  });

  it.each([
    ['2001:db8:1:2::7', '2001:db8:1:2::/64'],
    ['2001:DB8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8::7', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['1:2:3:4:5:6:7::', '1:2:3:4::/64'],
    ['[2001:db8:1:2::7]:443', '2001:db8:1:2::/64'],
    ['192.0.2.1:5678', '192.0.2.1'],
    ['unknown', 'unreadable'],
    ['_hidden', 'unreadable'],
  ])('of %s is %s', (address, group) => {
    expect(addressGroup(address)).toBe(group);
  });

  it('is one for a whole /64, and another for the next', () => {
    const part = fc.nat(0xffff).map((n) => n.toString(16));
    fc.assert(
      fc.property(
        fc.array(part, { minLength: 4, maxLength: 4 }),
        fc.array(part, { minLength: 4, maxLength: 4 }),
        (net, host) => {
          fc.pre(net.some((group) => group !== '0'));
          const group = addressGroup([...net, ...host].join(':'));
          expect(group).toBe(addressGroup([...net, '0', '0', '0', '1'].join(':')));
          const next = ((parseInt(net[3] ?? '0', 16) + 1) % 0x10000).toString(16);
          expect(group).not.toBe(addressGroup([...net.slice(0, 3), next, ...host].join(':')));
        },
      ),
    );
  });
});

describe('isLoopbackAddress', () => {
  it.each(['127.0.0.1', '127.8.8.8', '::1', '::ffff:127.0.0.1'])('%s is', (address) => {
    expect(isLoopbackAddress(address)).toBe(true);
  });
  it.each(['', '128.0.0.1', '10.0.0.1', '0.0.0.0', '::', '::2', '::ffff:10.0.0.1', 'localhost'])(
    '%j is not',
    (address) => {
      expect(isLoopbackAddress(address)).toBe(false);
    },
  );
});
