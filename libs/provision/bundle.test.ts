import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sha256 } from '#foundation';
import { temporaryHome } from '../../test/support/servers.js';
import { assertInBundle, fetchFromBundle, writeBundle } from './bundle.js';
import { partialDownload } from './download.js';
import { runCommand } from './run-command.js';
import type { FetchWheel } from './download.js';
import type { Wheel } from './wheels.js';

let directory: string;
let fetches: string[];

const wheels: Wheel[] = ['first', 'second'].map((name) => ({
  requirement: `${name}==1`,
  file: `${name}-1-py3-none-any.whl`,
  sha256: sha256(name),
  platform: 'any',
  bytes: name.length,
  placedBytes: name.length,
  members: ['.*'],
}));

const fetch: FetchWheel = async ({ file }, _, temporary) => {
  fetches.push(file);
  writeFileSync(join(temporary, 'download'), file.split('-')[0] ?? '');
  return join(temporary, 'download');
};

beforeEach(() => {
  directory = temporaryHome();
  fetches = [];
});
afterEach(() => rmSync(directory, { recursive: true }));

const write = () => writeBundle(directory, wheels, fetch, () => undefined);

describe('a bundle', () => {
  it('holds the wheels as they were downloaded, and hashes that sha256sum checks', async () => {
    await write();
    const { status, stdout } = await runCommand('sha256sum', ['--check', 'SHA256SUMS'], { cwd: directory });
    expect([status, stdout]).toEqual([0, 'first-1-py3-none-any.whl: OK\nsecond-1-py3-none-any.whl: OK\n']);
    expect(readFileSync(await fetchFromBundle(directory, wheels[1] as Wheel), 'utf8')).toBe('second');
    expect(existsSync(join(directory, 'partial'))).toBe(false);
  });

  it('is completed by a second run: what is missing or damaged is fetched, nothing else', async () => {
    await write();
    writeFileSync(join(directory, 'first-1-py3-none-any.whl'), 'damaged');
    fetches = [];
    await write();
    expect(fetches).toEqual(['first-1-py3-none-any.whl']);
    await write();
    expect(fetches).toHaveLength(1);
    expect(partialDownload(directory, wheels[0] as Wheel)).toContain(directory);
  });

  it('says which files it lacks', async () => {
    await write();
    rmSync(join(directory, 'second-1-py3-none-any.whl'));
    expect(() => assertInBundle(directory, wheels)).toThrow(`${directory} lacks second-1-py3-none-any.whl (0.0 MB).`);
    expect(() => assertInBundle(join(directory, 'nowhere'), wheels)).toThrow('There is no directory');
  });

  it('is refused where a file is another', async () => {
    await write();
    writeFileSync(join(directory, 'first-1-py3-none-any.whl'), 'damaged');
    await expect(fetchFromBundle(directory, wheels[0] as Wheel)).rejects.toMatchObject({ code: 'bundle-damaged' });
  });
});
