import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readImageFile } from './index.js';

let directory: string;
let root: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'weft-imaging-'));
  root = join(directory, 'feed');
  await mkdir(join(root, 'images'), { recursive: true });
  await writeFile(join(root, 'images', 'a.jpg'), 'inside');
  await writeFile(join(directory, 'secret.jpg'), 'outside');
});
afterAll(() => rm(directory, { recursive: true }));

const code = (code: string): unknown => expect.objectContaining({ name: 'ImageRejected', code });

describe('readImageFile', () => {
  it('returns the bytes of a regular file', async () => {
    expect(Buffer.from(await readImageFile(join(root, 'images', 'a.jpg'), { root })).toString()).toBe('inside');
  });

  it('follows a link that stays inside the root, and a root that is itself a link', async () => {
    await symlink('a.jpg', join(root, 'images', 'link.jpg'));
    await symlink(root, join(directory, 'feed-link'));
    const bytes = await readImageFile(join(directory, 'feed-link', 'images', 'link.jpg'), {
      root: join(directory, 'feed-link'),
    });
    expect(Buffer.from(bytes).toString()).toBe('inside');
  });

  it('refuses paths and links that leave the root', async () => {
    await symlink('../../secret.jpg', join(root, 'images', 'escape.jpg'));
    await symlink(directory, join(root, 'up'));
    for (const path of ['images/escape.jpg', 'up/secret.jpg', '../secret.jpg', 'images/../../secret.jpg']) {
      await expect(readImageFile(join(root, path), { root }), path).rejects.toEqual(code('image-outside-root'));
    }
  });

  it('does not take a sibling whose name begins like the root for the inside', async () => {
    await mkdir(join(directory, 'feed-of-others'));
    await writeFile(join(directory, 'feed-of-others', 'b.jpg'), 'outside');
    await expect(readImageFile(join(directory, 'feed-of-others', 'b.jpg'), { root })).rejects.toEqual(
      code('image-outside-root'),
    );
  });

  it('says that a file is missing, also for dangling and circular links and impossible names', async () => {
    await symlink('nowhere.jpg', join(root, 'dangling.jpg'));
    await symlink('circle.jpg', join(root, 'circle.jpg'));
    const names = ['none.jpg', 'dangling.jpg', 'circle.jpg', 'images/a.jpg/b.jpg', 'nul\0.jpg', 'x'.repeat(300)];
    for (const name of names) {
      await expect(readImageFile(join(root, name), { root }), name).rejects.toEqual(code('image-missing'));
    }
  });

  it('refuses directories, pipes and devices without hanging', async () => {
    execFileSync('/usr/bin/env', ['mkfifo', join(root, 'pipe.jpg')]);
    await symlink('/dev/zero', join(root, 'endless.jpg'));
    for (const path of ['images', 'pipe.jpg', 'endless.jpg']) {
      await expect(readImageFile(join(root, path)), path).rejects.toEqual(code('image-not-an-image'));
    }
  });

  it('refuses a huge file by its size, before reading it', async () => {
    await writeFile(join(root, 'huge.jpg'), '');
    await truncate(join(root, 'huge.jpg'), 40 * 1024 ** 3);
    await expect(readImageFile(join(root, 'huge.jpg'))).rejects.toEqual(code('image-too-many-bytes'));
  });

  it('keeps to the byte limit where the file system states no size', async () => {
    await expect(readImageFile('/proc/self/maps', { limits: { maxBytes: 64, maxPixels: 1 } })).rejects.toEqual(
      code('image-too-many-bytes'),
    );
  });
});
