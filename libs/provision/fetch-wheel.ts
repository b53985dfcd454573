import { dirname } from 'node:path';
import { makeWritableDirectory } from './directories.js';
import { partialDownload, progressReporter } from './download.js';
import { downloadError, pipDownload, targetArguments, type Pip } from './pip.js';
import { lastLine, runCommand } from './run-command.js';
import type { Wheel } from './wheels.js';

/** Exit status of FETCH when this pip has not what the program asks of it. */
const UNKNOWN_PIP = 3;

/**
 * Fetches a wheel as pip would, and goes on where an earlier run stopped, which pip does from 25.1 on and within one run
 * only. Where the file is, and every certificate, proxy, password and index of the shop, are left to pip's own finder and
 * session (the same in pip 20 to 26). They are no public interface: a pip without them is told from every other failure.
 *
 * Prints the size reached after each piece, so that it ends by itself soon after the process that reads it.
 */
const FETCH = `
import fcntl, hashlib, os, sys, time
requirement, pinned, size, partial, *pip_options = sys.argv[1:]
size = int(size)

def refuse():
    sys.exit('%s: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.' % requirement)

def attempt(session, url, file):
    have = file.seek(0, os.SEEK_END)
    print(have, flush=True)
    headers = {'Accept-Encoding': 'identity'}
    if have > 0:
        headers['Range'] = 'bytes=%d-' % have
    with session.get(url, headers=headers, stream=True) as response:
        if response.status_code == 416:
            file.truncate(0)
            return
        response.raise_for_status()
        if response.status_code != 206 or not response.headers.get('Content-Range', '').startswith('bytes %d-' % have):
            file.truncate(0)
        for piece in response.iter_content(1 << 16):
            file.write(piece)
            print(file.tell(), flush=True)
            if file.tell() > size:
                return

def fetch(session, url, file):
    best, failures = 0, 0
    while True:
        error = None
        try:
            attempt(session, url, file)
        except (requests.exceptions.RequestException, HTTPError) as caught:
            error = caught
        have = file.seek(0, os.SEEK_END)
        if have >= size:
            return
        failures = 0 if have > best else failures + 1
        best = max(best, have)
        if failures == 3:
            sys.exit('%s: %s' % (requirement, error or 'connection closed after %d of %d bytes' % (have, size)))
        print('broken', flush=True)
        time.sleep(failures)

def is_pinned(file):
    file.seek(0)
    digest = hashlib.sha256()
    for piece in iter(lambda: file.read(1 << 20), b''):
        digest.update(piece)
    return digest.hexdigest() == pinned

try:
    from pip._internal.cli import cmdoptions
    from pip._internal.commands import create_command
    from pip._internal.utils.hashes import Hashes
    from pip._vendor import requests
    from pip._vendor.packaging.requirements import Requirement
    from pip._vendor.urllib3.exceptions import HTTPError
    command = create_command('download')
    options, _ = command.parse_args(pip_options + [requirement])
    with command.main_context(), open(partial, 'a+b', buffering=0) as file:
        # A run that was killed may have left its own download behind, for a moment.
        fcntl.flock(file, fcntl.LOCK_EX)
        begun = file.seek(0, os.SEEK_END)
        if begun != size or not is_pinned(file):
            session = command.get_default_session(options)
            finder = command._build_package_finder(
                options=options, session=session, target_python=cmdoptions.make_target_python(options))
            wanted = Requirement(requirement)
            hashes = Hashes({'sha256': [pinned]})
            found = finder.find_best_candidate(wanted.name, wanted.specifier, hashes).best_candidate
            if found is None:
                sys.exit('No matching distribution found for %s' % requirement)
            if found.link.hash_name == 'sha256' and found.link.hash != pinned:
                refuse()
            url = found.link.url.split('#')[0]
            if begun >= size:
                file.truncate(0)
            fetch(session, url, file)
            if begun > 0 and not is_pinned(file):
                # What was there may have been damaged, by a power cut for example.
                file.truncate(0)
                fetch(session, url, file)
            if not is_pinned(file):
                file.truncate(0)
                refuse()
except (ImportError, AttributeError, TypeError) as error:
    print('%s: %s' % (type(error).__name__, error), file=sys.stderr)
    sys.exit(${UNKNOWN_PIP})
`;

/**
 * Downloads a wheel into the cache's `partial`, going on where an earlier download stopped, and checks its hash.
 *
 * @param temporary a directory for pip, should it have to download by itself
 * @returns path of the wheel; the caller removes it
 * @throws WeftError `download-refused` (another hash), `disk-full`, `download-failed`
 */
export async function fetchWheel(
  wheel: Wheel,
  cache: string,
  temporary: string,
  pip: Pip,
  report: (line: string) => void,
): Promise<string> {
  const partial = partialDownload(cache, wheel);
  makeWritableDirectory(dirname(partial), 0o755);
  const options = ['--no-input', '--no-cache-dir', '--disable-pip-version-check', ...targetArguments(wheel)];
  const { status, stderr } = await runCommand(
    'python3',
    ['-c', FETCH, wheel.requirement, wheel.sha256, `${wheel.bytes}`, partial, ...options],
    { onLine: progressReporter(wheel, report) },
  );
  if (status === 0) return partial;
  if (status !== UNKNOWN_PIP) throw downloadError(wheel, stderr);
  report(
    `Weft does not know the inside of pip ${pip.version.join('.')} (${lastLine(stderr)}): pip itself downloads ${wheel.requirement}; should the download break, it begins anew.`,
  );
  return pipDownload(wheel, temporary, pip);
}
