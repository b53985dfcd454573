import { existsSync, readFileSync, statfsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { repositoryRoot, type WeftConfig } from '#config';
import type { WeftError } from '#foundation';
import { assertReachable, serverAccount } from './account.js';
import { redisReport } from './answers.js';
import { featureGraphPath } from './backbone.js';
import { assertPostgresAnswers, assertRedisAnswers, redisAddress } from './external-servers.js';
import { findingOf, missing, ok, warning, type Finding } from './finding.js';
import { isInstalled, postgresInstallation, redisInstallation } from './parts.js';
import { findPip } from './pip.js';
import { findCompiler } from './compiler.js';
import { megabytes } from './download.js';
import { lastLine, runCommand } from './run-command.js';
import { builtAddon, isAddonLinked, isAddonToBuild, tensorflowInstallation } from './tensorflow-addon.js';
import { WHEELS } from './wheels.js';

const require = createRequire(import.meta.url);

const SETUP = 'npm run -s weft -- setup';
const DISK_BYTES = 2e9;
const MEMORY_BYTES = 1.5e9;

/** What the Postgres at a URL says of itself, and why Weft cannot use it: SQL is the business of another library. */
type AskVersions = (url: string) => Promise<{ postgres: string; pgvector: string | null; flaw: WeftError | null }>;

/**
 * Looks at everything that Weft needs, for `weft doctor`. Reads files and asks programs for their versions; starts no
 * server, loads no TensorFlow, downloads nothing.
 */
export async function diagnose(config: WeftConfig, askVersions: AskVersions): Promise<Finding[]> {
  const isEmbedded = config.databaseUrl === null || config.redisUrl === null;
  const looks: [string, () => Promise<Finding> | Finding][] = [
    ['weft', () => ok('weft', ownVersion())],
    ['node', node],
    ['python', python],
    ['compiler', () => compiler(config)],
    ['postgres', () => postgres(config, askVersions)],
    ['redis', () => redis(config)],
    ['onnxruntime', () => ok('onnxruntime', versionOf('onnxruntime-node'))],
    ['imaging', imaging],
    ['tensorflow', () => tensorflow(config)],
    ['gpu', () => gpu(config)],
    ['backbone', () => backbone(config)],
    ['home', () => directory('home', config.home, 'WEFT_HOME', isEmbedded)],
    ['cache', () => directory('cache', config.cache, 'WEFT_CACHE', isEmbedded)],
    ['memory', memory],
    ['processors', () => ok('processors', `${availableParallelism()}`)],
  ];
  return Promise.all(looks.map(([id, look]) => findingOf(id, look)));
}

function node(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return ok('node', process.versions.node);
  return missing('node', process.versions.node, 'Install Node.js 20.19 or newer.');
}

async function python(): Promise<Finding> {
  const finding = await findingOf('python', async () => {
    const pip = await findPip();
    return ok('python', `Python ${pip.python}, pip ${pip.version.join('.')}`);
  });
  return dispensable(finding);
}

async function compiler(config: WeftConfig): Promise<Finding> {
  const compiler = await findCompiler();
  if (compiler !== null) return ok('compiler', compiler.version);
  if (!isAddonToBuild(config.cache)) return ok('compiler', 'none, and none is needed any more');
  return warning('compiler', 'none: set-up fetches Zig (83 MB)', 'apt-get install g++ (or set-up does it its way)');
}

/** A tool whose work is done: nothing needs it until the next version of Weft. */
function dispensable(finding: Finding): Finding {
  return finding.status === 'missing' ? warning(finding.id, finding.found, finding.remedy ?? SETUP) : finding;
}

async function postgres(config: WeftConfig, askVersions: AskVersions): Promise<Finding> {
  if (config.databaseUrl !== null) {
    await assertPostgresAnswers(config.databaseUrl);
    const { postgres, pgvector, flaw } = await askVersions(config.databaseUrl);
    const found = `PostgreSQL ${postgres}, ${pgvector === null ? 'no pgvector' : `pgvector ${pgvector}`}, of DATABASE_URL`;
    return flaw === null ? ok('postgres', found) : missing('postgres', found, flaw.remedy ?? flaw.message);
  }
  const installation = postgresInstallation(config.cache);
  if (!isInstalled(config.cache, 'postgres')) return missing('postgres', 'not fetched yet', SETUP);
  const { status, stdout, stderr } = await runCommand(join(installation, 'bin', 'postgres'), ['--version']);
  if (status !== 0)
    return missing('postgres', `it does not run: ${lastLine(stderr)}`, 'Weft needs glibc 2.28 or newer on x86-64.');
  const control = readFileSync(join(installation, 'share', 'postgresql', 'extension', 'vector.control'), 'utf8');
  const pgvector = /default_version = '([\d.]+)'/.exec(control)?.[1] ?? 'unknown';
  // Pinned by its hash: that pgvector is new enough was seen when it was chosen.
  return ok('postgres', `${stdout.trim()}, pgvector ${pgvector}, embedded`);
}

async function redis(config: WeftConfig): Promise<Finding> {
  if (config.redisUrl !== null) {
    await assertRedisAnswers(config.redisUrl);
    const { version, appendOnly } = await redisReport(redisAddress(config.redisUrl));
    const found = `Redis ${version} of REDIS_URL, append-only file ${appendOnly ? 'on' : 'off'}`;
    return appendOnly
      ? ok('redis', found)
      : warning('redis', found, 'Start it with --appendonly yes: without, a killed Redis forgets its jobs.');
  }
  if (!isInstalled(config.cache, 'redis')) return missing('redis', 'not fetched yet', SETUP);
  const { stdout } = await runCommand(join(redisInstallation(config.cache), 'redis-server'), ['--version']);
  const version = /v=([\d.]+)/.exec(stdout)?.[1];
  if (version === undefined) return missing('redis', 'it does not run', 'Weft needs glibc on x86-64.');
  return ok('redis', `Redis ${version}, embedded, append-only file on`);
}

async function imaging(): Promise<Finding> {
  // Loaded here only: whoever opens the servers needs no image library.
  const { imagingVersions } = await import('#imaging');
  const { sharp, libvips } = imagingVersions();
  return ok('imaging', `sharp ${sharp}, libvips ${libvips}`);
}

function tensorflow(config: WeftConfig): Finding {
  const addon = builtAddon(config.cache);
  const version = WHEELS.tensorflow.requirement.replace('==', ' ');
  if (isAddonLinked(config.cache))
    return ok('tensorflow', `${version}, tfjs-node ${versionOf('@tensorflow/tfjs-node-gpu')}`);
  if (!existsSync(tensorflowInstallation(config.cache))) return missing('tensorflow', 'not fetched yet', SETUP);
  if (!existsSync(addon)) return missing('tensorflow', `${version}, but its addon is not built`, SETUP);
  return missing('tensorflow', `${version}, but its addon is not linked into node_modules`, SETUP);
}

function gpu(config: WeftConfig): Finding {
  const driver = '/proc/driver/nvidia/version';
  const asked = config.device === 'gpu';
  if (!existsSync(driver)) {
    const found = 'no NVIDIA driver on this machine; training runs on the CPU';
    return asked ? missing('gpu', found, 'Install the NVIDIA driver, or unset WEFT_DEVICE.') : ok('gpu', found);
  }
  const version = /Module\s+(\S+)/.exec(readFileSync(driver, 'utf8'))?.[1] ?? 'unknown';
  const found = `unverified: NVIDIA driver ${version}, but the TensorFlow that Weft fetches is built for the CPU`;
  return asked ? missing('gpu', found, 'Unset WEFT_DEVICE: training on the CPU takes seconds.') : ok('gpu', found);
}

function backbone(config: WeftConfig): Finding {
  const graph = featureGraphPath(config);
  return existsSync(graph) ? ok('backbone', graph) : missing('backbone', 'the feature graph is not built yet', SETUP);
}

/** @param isForServers whether an embedded server must be able to walk there */
function directory(id: string, path: string, variable: string, isForServers: boolean): Finding {
  if (isForServers) assertReachable(path, serverAccount());
  let existing = path;
  while (!existsSync(existing)) existing = dirname(existing);
  const { bavail, bsize } = statfsSync(existing);
  const found = `${path}${existing === path ? '' : ' (not made yet)'}, ${megabytes(bavail * bsize)} free`;
  if (bavail * bsize >= DISK_BYTES) return ok(id, found);
  return warning(id, found, `Free some space, or set ${variable} to a directory on another disk.`);
}

function memory(): Finding {
  const available = Number(/MemAvailable:\s+(\d+) kB/.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1]) * 1024;
  const found = `${megabytes(available)} available`;
  if (available >= MEMORY_BYTES) return ok('memory', found);
  return warning('memory', found, 'Training wants about 1.5 GB: end other programs, or train on another machine.');
}

function versionOf(name: string): string {
  return (require(`${name}/package.json`) as { version: string }).version;
}

function ownVersion(): string {
  return versionOf(repositoryRoot(import.meta.url));
}
