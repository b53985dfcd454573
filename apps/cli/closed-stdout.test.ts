import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { startWeft } from '../../test/support/weft.js';

describe('a command whose output nobody reads any more', () => {
  it('ends in silence, as it would have', async () => {
    const child = startWeft(['help'], {});
    child.stdout?.destroy();
    let said = '';
    child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
    await once(child, 'close');
    expect([child.exitCode, said]).toEqual([0, '']);
  });
});
