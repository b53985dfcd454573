import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { sha256, WeftError } from '#foundation';
import { placeOnce, placeWheel, wheelDirectory } from './place.js';
import { runCommand } from './run-command.js';
import { WHEELS } from './wheels.js';

const require = createRequire(import.meta.url);

/** The package whose addon is compiled here, against a current TensorFlow in place of the 2.9.1 that it is pinned to. */
function addonPackage(): string {
  return dirname(require.resolve('@tensorflow/tfjs-node-gpu/package.json'));
}

/** Where the package looks for its addon. `npm ci` deletes it. */
export function addonLink(): string {
  return join(addonPackage(), 'lib', 'napi-v8', 'tfjs_binding.node');
}

/** Directory of TensorFlow's libraries and headers in the cache. */
function tensorflowInstallation(cache: string): string {
  return join(wheelDirectory(cache, WHEELS.tensorflow), 'tensorflow');
}

/** The addon in the cache, named by everything that it is made from. One file serves Node 20, 22 and 24 (Node-API 8). */
export function builtAddon(cache: string): string {
  const headers = require('node-api-headers/package.json') as { version: string };
  const sources = bindingSources().map((path) => readFileSync(path, 'utf8'));
  const inputs = [basename(wheelDirectory(cache, WHEELS.tensorflow)), headers.version, ...COMPILER_OPTIONS, ...sources];
  return join(cache, `tensorflow-addon-${sha256(inputs.join('\0')).slice(0, 12)}`, 'tfjs_binding.node');
}

function bindingSources(): string[] {
  const directory = join(addonPackage(), 'binding');
  return readdirSync(directory)
    .sort()
    .map((name) => join(directory, name));
}

const COMPILER_OPTIONS = ['-shared', '-fPIC', '-O2', '-std=c++17', '-DNAPI_VERSION=8'];

/** Whether the addon must still be compiled. */
export function isAddonToBuild(cache: string): boolean {
  const addon = builtAddon(cache);
  return !isAddonLinked(addon) && !existsSync(addon);
}

/**
 * Fetches TensorFlow, compiles the addon of tfjs-node against it, and links it into node_modules wherever it is missing.
 *
 * @throws WeftError with a remedy; `compiler-missing` and `addon-not-compiled` besides those of `placeWheel`
 */
export async function ensureTensorflow(cache: string, report: (line: string) => void): Promise<void> {
  const addon = builtAddon(cache);
  if (isAddonLinked(addon)) return;
  await placeWheel(cache, 'TensorFlow', WHEELS.tensorflow, report);
  await placeOnce(dirname(addon), report, async (directory) => {
    const compiler = await findCompiler();
    report('Compiling the TensorFlow addon (about 10 s).');
    const args = compilerArguments(tensorflowInstallation(cache), join(directory, basename(addon)));
    const { status, stderr } = await runCommand(compiler.command, args);
    if (status === 0) return;
    throw new WeftError('addon-not-compiled', `${compiler.command} could not compile the TensorFlow addon.`, {
      value: compiler.version,
      remedy: 'Install GCC 9 or newer (apt-get install g++); the reason given says what it stumbled over.',
      cause: new Error(stderr.slice(0, 4000)),
    });
  });
  linkAddon(addon);
}

/** Arguments that compile and link the addon; it finds TensorFlow's libraries beside itself in the cache. */
function compilerArguments(tensorflow: string, output: string): string[] {
  const binding = join(addonPackage(), 'binding');
  return [
    ...COMPILER_OPTIONS,
    ...['-I', (require('node-api-headers') as { include_dir: string }).include_dir],
    ...['-I', binding, '-I', join(tensorflow, 'include')],
    ...bindingSources().filter((path) => path.endsWith('.cc')),
    ...['-o', output, '-L', tensorflow, '-l:libtensorflow_cc.so.2', '-l:libtensorflow_framework.so.2'],
    `-Wl,-rpath,$ORIGIN/../${basename(dirname(tensorflow))}/${basename(tensorflow)}`,
  ];
}

/**
 * Looks for a C++ compiler.
 *
 * @param env environment in place of the inherited one
 * @throws WeftError `compiler-missing`
 */
export async function findCompiler(env?: NodeJS.ProcessEnv): Promise<{ command: string; version: string }> {
  for (const command of ['g++', 'c++', 'clang++']) {
    const { status, stdout } = await runCommand(command, ['--version'], env === undefined ? {} : { env });
    if (status === 0) return { command, version: stdout.split('\n')[0] ?? '' };
  }
  throw new WeftError('compiler-missing', 'Training needs a C++ compiler once, to build its TensorFlow addon.', {
    remedy: 'apt-get install g++ (Debian, Ubuntu) or dnf install gcc-c++ (Fedora)',
  });
}

/**
 * Whether node_modules holds a link to such an addon and the libraries that it needs are in place. The link may lead to
 * another account's cache: the name of the addon's directory tells what it was made from.
 */
export function isAddonLinked(addon: string): boolean {
  const stat = lstatSync(addonLink(), { throwIfNoEntry: false });
  if (stat?.isSymbolicLink() !== true) return false;
  const linked = readlinkSync(addonLink());
  const libraries = tensorflowInstallation(join(dirname(linked), '..'));
  return basename(dirname(linked)) === basename(dirname(addon)) && existsSync(linked) && existsSync(libraries);
}

function linkAddon(addon: string): void {
  const link = addonLink();
  try {
    mkdirSync(dirname(link), { recursive: true });
    // Renamed into place: another process may be loading or linking it at this moment.
    const fresh = `${link}.${process.pid}`;
    symlinkSync(addon, fresh);
    renameSync(fresh, link);
  } catch (cause) {
    throw new WeftError('addon-not-linked', `The TensorFlow addon could not be linked into ${dirname(link)}.`, {
      cause,
      remedy: 'Run the command once as the account that owns the checkout.',
    });
  }
}
