// Makes the golden values of this directory anew with pytorch-metric-learning, in a Python environment of its own, and
// holds them against the committed ones; then runs the tests that hold Weft against those. Plain JavaScript, like what
// builds the rest.
//
//   npm run test:peer [-- --write] [-- --python FILE]
//
// --write   takes the new values in place of the committed ones
// --python  an interpreter that has what requirements.txt names, in place of an environment of its own
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

/** What two builds of torch may differ by, in double precision. */
const TOLERANCE = 1e-9;

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '..', '..');

function fail(sentence) {
  process.stderr.write(`test:peer: ${sentence}\n`);
  process.exit(1);
}

function run(command, args, sentence) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) fail(error === undefined ? sentence : `${sentence} ${error.message}.`);
}

/** The interpreter of an environment with what requirements.txt names; made once for each state of that file. */
function environment() {
  const requirements = join(here, 'requirements.txt');
  const state = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 12);
  const place = join(root, 'node_modules', '.cache', `peer-${state}`);
  const python = join(place, 'bin', 'python');
  const whole = join(place, 'whole');
  if (existsSync(whole)) return python;
  rmSync(place, { recursive: true, force: true });
  mkdirSync(dirname(place), { recursive: true });
  run(
    'python3',
    ['-m', 'venv', place],
    'No Python environment could be made: it takes python3 3.11 or newer with venv.',
  );
  run(python, ['-m', 'pip', 'install', '--disable-pip-version-check', '-r', requirements], 'pip failed, see above.');
  writeFileSync(whole, '');
  return python;
}

/** Where two JSON values differ; null: nowhere, but for rounding. */
function difference(ours, fresh, path) {
  if (typeof ours === 'number' && typeof fresh === 'number') {
    const isClose = Math.abs(ours - fresh) <= TOLERANCE * Math.max(1, Math.abs(ours));
    return isClose ? null : `${path}: ${ours} is committed, ${fresh} was made`;
  }
  if (typeof ours !== 'object' || typeof fresh !== 'object' || ours === null || fresh === null) {
    return Object.is(ours, fresh)
      ? null
      : `${path}: ${JSON.stringify(ours)} is committed, ${JSON.stringify(fresh)} was made`;
  }
  for (const key of new Set([...Object.keys(ours), ...Object.keys(fresh)])) {
    const found = difference(ours[key], fresh[key], path === '' ? key : `${path}.${key}`);
    if (found !== null) return found;
  }
  return null;
}

const { values } = parseArgs({ options: { write: { type: 'boolean', default: false }, python: { type: 'string' } } });
const python = values.python ?? environment();
const directory = mkdtempSync(join(tmpdir(), 'weft-peer-'));
try {
  const areas = readdirSync(here)
    .filter((name) => name.endsWith('.py') && name !== 'golden.py')
    .map((name) => name.slice(0, -'.py'.length));
  for (const area of areas) {
    process.stderr.write(`test:peer: ${area}\n`);
    run(python, ['-B', join(here, `${area}.py`), directory], `${area}.py failed, see above.`);
    const [committed, fresh] = [join(here, `${area}.json`), join(directory, `${area}.json`)];
    if (values.write) copyFileSync(fresh, committed);
    if (!existsSync(committed)) fail(`${area}.json is not committed: npm run test:peer -- --write`);
    const read = (path) => JSON.parse(readFileSync(path, 'utf8'));
    const found = difference(read(committed), read(fresh), '');
    if (found !== null) fail(`${area}.json is not what ${area}.py makes. ${found}. See npm run test:peer -- --write`);
  }
} finally {
  rmSync(directory, { recursive: true, force: true });
}
run('npx', ['vitest', 'run', 'test/peer'], 'Weft differs from its peer, see above.');
