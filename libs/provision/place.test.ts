import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { temporaryHome } from '../../test/support/servers.js';
import { megabytes } from './download.js';
import { placeOnce } from './place.js';
import { runCommand } from './run-command.js';
import { unpack } from './unpack.js';

let cache: string;
const said: string[] = [];
const report = (line: string) => said.push(line);

beforeEach(() => {
  cache = temporaryHome();
});
afterEach(() => rmSync(cache, { recursive: true }));

describe('placeOnce', () => {
  it('leaves nothing of a step that fails, and succeeds the next time', async () => {
    const target = join(cache, 'part');
    const fail = async (directory: string) => {
      writeFileSync(join(directory, 'half'), 'half');
      throw new Error('the line went dead');
    };
    await expect(placeOnce(target, report, fail)).rejects.toThrow('the line went dead');
    expect(readdirSync(cache)).toEqual([]);
    await placeOnce(target, report, async (directory) => writeFileSync(join(directory, 'whole'), 'whole'));
    expect(readdirSync(target)).toEqual(['whole']);
  });

  it('removes what a killed run left behind', async () => {
    const target = join(cache, 'part');
    let left = '';
    await placeOnce(target, report, async (directory) => void (left = `${join(directory, '..').slice(0, -6)}killed`));
    rmSync(target, { recursive: true });
    mkdirSync(join(left, 'filled'), { recursive: true });
    writeFileSync(join(left, 'filled', 'half'), 'half');
    await placeOnce(target, report, async (directory) => writeFileSync(join(directory, 'whole'), 'whole'));
    expect(readdirSync(target)).toEqual(['whole']);
    expect(existsSync(left)).toBe(false);
  });

  it('makes a part once when several want it at the same time', async () => {
    let made = 0;
    const make = async (directory: string) => {
      made += 1;
      writeFileSync(join(directory, 'whole'), 'whole');
    };
    await Promise.all([1, 2, 3].map(() => placeOnce(join(cache, 'part'), report, make)));
    expect(made).toBe(1);
    expect(said.join()).toContain('Waiting for another process');
  });

  it('lets every account read the part, whatever the umask', async () => {
    const target = join(cache, 'part');
    await placeOnce(target, report, async (directory) => {
      writeFileSync(join(directory, 'program'), '', { mode: 0o700 });
      writeFileSync(join(directory, 'text'), '', { mode: 0o600 });
    });
    const mode = (path: string) => statSync(path).mode & 0o777;
    expect([target, join(target, 'program'), join(target, 'text')].map(mode)).toEqual([0o755, 0o755, 0o644]);
  });
});

describe('unpack', () => {
  it('takes the members that match as a whole, with their rights', async () => {
    const archive = join(cache, 'part.whl');
    const program = `
import sys, zipfile
with zipfile.ZipFile(sys.argv[1], 'w') as archive:
    for name, mode in (('bin/server', 0o755), ('bin/server.txt', 0o644), ('lib/a.so', 0o644), ('other/bin/server', 0o755)):
        member = zipfile.ZipInfo(name)
        member.external_attr = mode << 16
        archive.writestr(member, name)
`;
    expect((await runCommand('python3', ['-c', program, archive])).status).toBe(0);
    const into = join(cache, 'into');
    await unpack(archive, into, ['bin/server', 'lib/.*']);
    expect(readdirSync(into, { recursive: true }).sort()).toEqual(['bin', 'bin/server', 'lib', 'lib/a.so']);
    expect(readFileSync(join(into, 'bin', 'server'), 'utf8')).toBe('bin/server');
    expect(statSync(join(into, 'bin', 'server')).mode & 0o777).toBe(0o755);
    expect(statSync(join(into, 'lib', 'a.so')).mode & 0o777).toBe(0o644);
  });

  it('refuses what is no zip', async () => {
    const archive = join(cache, 'part.whl');
    writeFileSync(archive, 'no zip');
    await expect(unpack(archive, join(cache, 'into'), ['.*'])).rejects.toMatchObject({ code: 'part-not-unpacked' });
  });
});

it('sizes are announced as package indexes show them', () => {
  expect([6_071_189, 24_704_230, 274_000_871].map(megabytes)).toEqual(['6.1 MB', '24.7 MB', '274 MB']);
});
