// Builds dist/ when it is missing or older than the sources. Plain JavaScript: it runs before anything is compiled.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const SOURCES = ['apps', 'libs', 'bench', 'prisma', 'package.json', 'tsconfig.json', 'tsconfig.build.json'];

/** Path, size and time of every source file, hashed: changes when any of them does. */
function fingerprint() {
  const hash = createHash('sha256');
  const visit = (path) => {
    const stat = statSync(path);
    if (stat.isDirectory()) {
      if (path.endsWith('generated')) return;
      for (const name of readdirSync(path).sort()) visit(join(path, name));
    } else hash.update(`${path}:${stat.size}:${stat.mtimeMs}\n`);
  };
  for (const source of SOURCES) if (existsSync(join(root, source))) visit(join(root, source));
  return hash.digest('hex');
}

function run(label, script, args, env) {
  const result = spawnSync(process.execPath, [script, ...args], {
    cwd: root,
    env: { ...process.env, ...env },
    encoding: 'utf8',
  });
  if (result.status === 0) return;
  process.stderr.write(`${result.stdout ?? ''}${result.stderr ?? ''}\nweft: ${label} failed, see above.\n`);
  process.exit(1);
}

/** Removes what was compiled from sources that are gone. File by file: a running Weft may load the others at any moment. */
function removeOrphans() {
  const dist = join(root, 'dist');
  for (const entry of readdirSync(dist, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (path.startsWith(join(dist, 'browser'))) continue;
    const source = join(root, path.slice(dist.length)).replace(/\.js(\.map)?$/, '.ts');
    if (source.endsWith('.ts') && !existsSync(source)) rmSync(path);
  }
}

/**
 * Runs `work` while no other process builds this checkout. The lock is a name in Linux's abstract socket namespace, which
 * the kernel frees when its holder ends (see libs/provision/kernel-mutex.ts, which is not compiled yet). Linux only.
 */
async function whileAlone(work) {
  if (process.platform !== 'linux') return work();
  const name = `\0weft-build-${createHash('sha256').update(root).digest('hex').slice(0, 32)}`;
  const tryLock = () =>
    new Promise((resolve, reject) => {
      const server = createServer((socket) => socket.destroy());
      server.once('error', (error) => (error.code === 'EADDRINUSE' ? resolve(null) : reject(error)));
      server.listen(name, () => resolve(server));
    });
  let lock = await tryLock();
  if (lock === null) process.stderr.write('weft: waiting for another process that is building\n');
  while (lock === null) {
    await sleep(100);
    lock = await tryLock();
  }
  try {
    work();
  } finally {
    lock.close();
  }
}

/** Brings dist/ up to date. Prints one line on stderr when there is work; exits 1 with the compiler's words when it fails. */
export async function build() {
  const require = createRequire(import.meta.url);
  try {
    require.resolve('typescript');
  } catch {
    process.stderr.write('weft: the packages are not installed. Run: npm ci\n');
    process.exit(1);
  }
  if (!isCurrent(fingerprint())) await whileAlone(() => compile(require));
}

const stamp = join(root, 'dist', '.stamp');
const isCurrent = (now) => existsSync(stamp) && readFileSync(stamp, 'utf8') === now;

function compile(require) {
  const now = fingerprint();
  // Another process may just have built it.
  if (isCurrent(now)) return;
  process.stderr.write('weft: building (about 15 s)\n');
  const prisma = join(dirname(require.resolve('prisma/package.json')), 'build', 'index.js');
  // Generating the client needs no engine; without this Prisma would try to download one.
  if (existsSync(join(root, 'prisma', 'schema.prisma')))
    run('prisma generate', prisma, ['generate'], { PRISMA_SCHEMA_ENGINE_BINARY: '/bin/true' });
  run('the TypeScript build', require.resolve('typescript/bin/tsc'), ['-p', 'tsconfig.build.json']);
  const bundles = join(root, 'apps', 'demo', 'rolldown.config.js');
  if (existsSync(bundles)) {
    const rolldown = join(dirname(require.resolve('rolldown/package.json')), 'bin', 'cli.mjs');
    run('the bundling for browsers', rolldown, ['--config', bundles]);
    const types = require.resolve('dts-bundle-generator/dist/bin/dts-bundle-generator.js');
    run('the types for pages', types, ['--silent', '--config', join(dirname(bundles), 'types.config.cjs')]);
  }
  mkdirSync(join(root, 'dist'), { recursive: true });
  removeOrphans();
  writeFileSync(stamp, now);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) await build();
