import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryHome } from '../../test/support/servers.js';
import { jsonArgument } from './json-argument.js';

it('reads JSON from the argument or from a file, and says which of the two is at fault', async () => {
  const directory = temporaryHome();
  const file = join(directory, 'rule.json');
  writeFileSync(file, '{"count": 4}');
  expect(await jsonArgument('{"count": 4}', 'bad')).toEqual({ count: 4 });
  expect(await jsonArgument(`@${file}`, 'bad')).toEqual({ count: 4 });
  await expect(jsonArgument('{count}', 'bad')).rejects.toMatchObject({
    ...{ code: 'bad', message: expect.stringContaining('is no JSON') as string },
  });
  await expect(jsonArgument(`@${file}x`, 'bad')).rejects.toMatchObject({
    ...{ code: 'bad', value: `${file}x`, message: expect.stringContaining('cannot be read') as string },
  });
  rmSync(directory, { recursive: true });
});
