import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { compiledFile } from '#config';
import { temporaryHome } from '../../test/support/servers.js';
import { serverAccount } from './account.js';
import { makeWritableDirectory } from './directories.js';
import { fileError } from './file-errors.js';
import { runCommand } from './run-command.js';

let directory: string;

beforeEach(() => {
  directory = temporaryHome();
});
afterEach(() => rmSync(directory, { recursive: true }));

describe('a directory that Weft cannot use', () => {
  it('is named when it is a file', () => {
    const file = join(directory, 'file');
    writeFileSync(file, '');
    expect(() => makeWritableDirectory(file, 0o755)).toThrow(`${file} is a file, or lies below one`);
    expect(() => makeWritableDirectory(join(file, 'below'), 0o755)).toThrow('is a file, or lies below one');
  });

  it('is named when it lies in /proc', () => {
    expect(() => makeWritableDirectory('/proc/weft', 0o755)).toThrow(
      expect.objectContaining({
        code: 'directory-not-usable',
        message: expect.stringContaining('/proc/weft') as string,
      }),
    );
  });

  it('is named when this account may not write to it', async () => {
    // Root may write everywhere: there, a process of another account tries.
    chmodSync(directory, 0o555);
    const program = `
      const { makeWritableDirectory } = await import(process.argv[1]);
      try { makeWritableDirectory(process.argv[2], 0o755) } catch (error) { console.log(error.code, error.message) }`;
    const module = compiledFile(import.meta.url, './directories.js').href;
    const { stdout } = await runCommand(
      process.execPath,
      ['--input-type=module', '-e', program, module, directory],
      process.getuid?.() === 0 ? { account: serverAccount() } : {},
    );
    expect(stdout).toBe(`directory-not-usable This account may not write to ${directory}.\n`);
    chmodSync(directory, 0o755);
  });

  it.each([
    ['ENOSPC', 'disk-full', 'is full'],
    ['EDQUOT', 'disk-full', 'for this account'],
    ['EROFS', 'directory-not-usable', 'read-only'],
    ['EACCES', 'directory-not-usable', 'may not write'],
  ])('%s is told as %s', (code, told, words) => {
    const error = fileError(Object.assign(new Error('write'), { code }), '/somewhere');
    expect(error).toMatchObject({ code: told, message: expect.stringContaining(words) as string });
  });

  it('leaves other failures as they are', () => {
    const error = new Error('something else');
    expect(fileError(error, '/somewhere')).toBe(error);
  });
});
