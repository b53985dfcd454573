import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { photoNamed } from './with-matcher.js';

const config = { fetchAllow: [] };

it('a name is a file where one is, an id of a photo or of a product where it can be one', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'weft-photo-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const file = join(directory, 'coat');
  await writeFile(file, 'bytes');
  expect(await photoNamed(file, config)).toEqual({ bytes: Buffer.from('bytes') });
  expect(await photoNamed('a'.repeat(64), config)).toEqual({ imageId: 'a'.repeat(64) });
  for (const id of ['mh01--black', 'coat/m', 'v1.2']) expect(await photoNamed(id, config)).toEqual({ productId: id });
});

it.each(['/nowhere/coat', './coat', '../coat.png', 'coat.JPG', '~/coat'])(
  'says of %s, which is named as a file, that it does not exist',
  async (name) => {
    await expect(photoNamed(name, config)).rejects.toMatchObject({ code: 'image-missing', value: name });
  },
);
