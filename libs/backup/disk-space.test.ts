import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { requireSpace } from './disk-space.js';

describe('requireSpace', () => {
  it('says what is left and what is needed', async () => {
    await requireSpace(tmpdir(), 1);
    const refusal = requireSpace(tmpdir(), 1e18);
    await expect(refusal).rejects.toMatchObject({ code: 'disk-full' });
    await expect(refusal).rejects.toThrow('needs up to 1,000,000,000,000 MB.');
  });
});
