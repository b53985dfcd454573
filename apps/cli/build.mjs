// Builds dist/ when it is missing or older than the sources. Plain JavaScript: it runs before anything is compiled.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
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

/** Brings dist/ up to date. Prints one line on stderr when there is work; exits 1 with the compiler's words when it fails. */
export function build() {
  const require = createRequire(import.meta.url);
  try {
    require.resolve('typescript');
  } catch {
    process.stderr.write('weft: the packages are not installed. Run: npm ci\n');
    process.exit(1);
  }
  const stamp = join(root, 'dist', '.stamp');
  const now = fingerprint();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === now) return;
  process.stderr.write('weft: building (about 10 s)\n');
  const prisma = join(dirname(require.resolve('prisma/package.json')), 'build', 'index.js');
  // Generating the client needs no engine; without this Prisma would try to download one.
  if (existsSync(join(root, 'prisma', 'schema.prisma')))
    run('prisma generate', prisma, ['generate'], { PRISMA_SCHEMA_ENGINE_BINARY: '/bin/true' });
  run('the TypeScript build', require.resolve('typescript/bin/tsc'), ['-p', 'tsconfig.build.json']);
  mkdirSync(join(root, 'dist'), { recursive: true });
  writeFileSync(stamp, now);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) build();
