import { describe, expect, it } from 'vitest';
import { assertNewEnough } from './pgvector-version.js';

describe('assertNewEnough', () => {
  it.each(['0.8.4', '0.8.5', '0.9.0', '0.10.0', '1.0', '1.0.0'])('takes pgvector %s', (version) => {
    expect(() => assertNewEnough(version)).not.toThrow();
  });

  it.each(['0.8.3', '0.8', '0.7.9', '0.4.1'])('refuses pgvector %s', (version) => {
    expect(() => assertNewEnough(version)).toThrow(`pgvector ${version}; Weft needs 0.8.4`);
  });

  it('says what to do where there is none', () => {
    expect(() => assertNewEnough(null)).toThrow(expect.objectContaining({ code: 'pgvector-missing' }) as Error);
  });
});
