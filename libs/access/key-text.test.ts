import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { generateKey, hashKey, idInKey, isSameKey, withoutKeys } from './key-text.js';
import { KEY_KINDS } from './scopes.js';

const kind = fc.constantFrom(...KEY_KINDS);

describe('a generated key', () => {
  it('tells its kind and its id, and is 64 characters of one word', () => {
    fc.assert(
      fc.property(kind, (of) => {
        const { id, text } = generateKey(of);
        expect(text).toMatch(of === 'storefront' ? /^weft_pk_\w{56}$/ : /^weft_sk_\w{56}$/);
        expect(idInKey(text)).toBe(id);
        expect(text.slice(8, 15)).toBe(id);
      }),
    );
  });

  it('is another each time', () => {
    const texts = Array.from({ length: 500 }, () => generateKey('operator').text);
    expect(new Set(texts).size).toBe(500);
  });

  it('that is mistyped anywhere, cut off or added to is no key', () => {
    const { text } = generateKey('operator');
    for (let at = 0; at < text.length; at += 1) {
      const typo = text.slice(0, at) + (text[at] === 'x' ? 'y' : 'x') + text.slice(at + 1);
      expect([at, idInKey(typo)]).toEqual([at, null]);
    }
    for (const wrong of ['', text.slice(0, -1), `${text}0`, ` ${text}`, text.toUpperCase(), `${text}\n`]) {
      expect(idInKey(wrong)).toBeNull();
    }
  });

  it('is recognised by its hash alone', () => {
    const { text } = generateKey('merchandiser');
    expect(isSameKey(text, hashKey(text))).toBe(true);
    expect(isSameKey(generateKey('merchandiser').text, hashKey(text))).toBe(false);
    expect(Buffer.from(hashKey(text)).toString()).not.toContain(text.slice(15, 25));
  });
});

describe('withoutKeys', () => {
  it('leaves prefix and id of every key, whole or cut off, in any text', () => {
    fc.assert(
      fc.property(fc.string(), kind, fc.string(), fc.nat(40), (before, of, after, cut) => {
        const { id, text } = generateKey(of);
        const masked = withoutKeys(JSON.stringify({ before, key: text.slice(0, text.length - cut), after }));
        expect(masked).toContain(`${text.slice(0, 8)}${id}***`);
        expect(masked).not.toContain(text.slice(8 + 7, 8 + 7 + 8));
      }),
    );
  });
});
