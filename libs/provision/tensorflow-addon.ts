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
import { childEnvironment, type WeftConfig } from '#config';
import { sha256, WeftError } from '#foundation';
import { CUDA_WHEELS } from './cuda-wheels.js';
import { findCompiler, type Compiler, zigCompiler } from './compiler.js';
import { placeOnce, placeWheels, wheelsDirectory } from './place.js';
import { lastLine, runCommand } from './run-command.js';
import type { FetchWheel } from './download.js';
import { type Wheel, WHEELS } from './wheels.js';

const require = createRequire(import.meta.url);

/** Which TensorFlow: built for the CPU alone, or with CUDA, which computes on the CPU where there is no GPU. */
export type TensorflowBuild = 'cpu' | 'gpu';

/**
 * The wheels of each build. Those of CUDA go into the directory of the GPU build, where its libraries look for them:
 * `nvidia/<x>/lib` beside `tensorflow`.
 */
export const TENSORFLOW_WHEELS: Record<TensorflowBuild, readonly Wheel[]> = {
  cpu: [WHEELS.tensorflow],
  gpu: [WHEELS.tensorflowGpu, ...CUDA_WHEELS],
};

/** The package whose addon is compiled here, against a current TensorFlow in place of the 2.9.1 that it is pinned to. */
function addonPackage(): string {
  return dirname(require.resolve('@tensorflow/tfjs-node-gpu/package.json'));
}

/** Where the package looks for its addon. `npm ci` deletes it. */
export function addonLink(): string {
  return join(addonPackage(), 'lib', 'napi-v8', 'tfjs_binding.node');
}

/** Directory of TensorFlow's libraries and headers in the cache. */
function tensorflowInstallation(cache: string, build: TensorflowBuild = 'cpu'): string {
  return join(wheelsDirectory(cache, TENSORFLOW_WHEELS[build]), 'tensorflow');
}

/** The addon in the cache, named by everything that it is made from. One file serves Node 20, 22 and 24 (Node-API 8). */
export function builtAddon(cache: string, build: TensorflowBuild = 'cpu'): string {
  const headers = require('node-api-headers/package.json') as { version: string };
  const sources = bindingSources().map((path) => readFileSync(path, 'utf8'));
  const libraries = basename(wheelsDirectory(cache, TENSORFLOW_WHEELS[build]));
  const inputs = [libraries, headers.version, ...COMPILER_OPTIONS, ...sources];
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
export function isAddonToBuild(cache: string, build: TensorflowBuild = 'cpu'): boolean {
  return !isAddonLinked(cache, build) && !existsSync(builtAddon(cache, build));
}

/**
 * The build that a device asks for: `gpu` for a GPU, `cpu` for the CPU; otherwise the one with CUDA where
 * `weft setup --gpu` has placed it.
 */
export function tensorflowBuild({ cache, device }: Pick<WeftConfig, 'cache' | 'device'>): TensorflowBuild {
  if (device === 'gpu' || device === 'cpu') return device;
  return isAddonToBuild(cache, 'gpu') ? 'cpu' : 'gpu';
}

/**
 * Asserts that the CUDA build is there, which only `weft setup --gpu` fetches, for its size.
 *
 * @throws WeftError `gpu-not-set-up`
 */
export function assertGpuBuild(cache: string): void {
  if (!isAddonToBuild(cache, 'gpu')) return;
  throw new WeftError('gpu-not-set-up', 'A GPU was demanded, but the CUDA build of TensorFlow is not set up.', {
    remedy: 'npm run -s weft -- setup --gpu, or set WEFT_DEVICE=auto to train on the CPU, which takes seconds.',
  });
}

/**
 * Fetches TensorFlow, compiles the addon of tfjs-node against it, and links it into node_modules unless that very build is
 * linked. Without a C++ compiler, one is fetched.
 *
 * @throws WeftError with a remedy; `addon-not-compiled` besides those of `placeWheels`
 */
export async function ensureTensorflow(
  cache: string,
  build: TensorflowBuild,
  fetch: FetchWheel,
  report: (line: string) => void,
): Promise<void> {
  if (isAddonLinked(cache, build)) return;
  const addon = builtAddon(cache, build);
  await placeWheels(cache, TENSORFLOW_NAMES[build], TENSORFLOW_WHEELS[build], fetch, report);
  await placeOnce(dirname(addon), report, async (directory) => {
    const compiler = (await findCompiler()) ?? (await zigCompiler(cache, join(directory, '..'), fetch, report));
    report(`Compiling the TensorFlow addon with ${compiler.version} (10 to 90 s).`);
    await compile(compiler, tensorflowInstallation(cache, build), join(directory, basename(addon)));
  });
  linkAddon(addon);
}

export const TENSORFLOW_NAMES: Record<TensorflowBuild, string> = {
  cpu: 'TensorFlow',
  gpu: 'TensorFlow with CUDA',
};

async function compile(compiler: Compiler, tensorflow: string, output: string): Promise<void> {
  const args = [...compiler.options, ...compilerArguments(tensorflow, output)];
  const { status, stderr } = await runCommand(compiler.command, args, { env: childEnvironment(compiler.environment) });
  if (status === 0) return;
  const reason = stderr.split('\n').find((line) => /error/i.test(line)) ?? lastLine(stderr);
  throw new WeftError('addon-not-compiled', `${compiler.version} could not compile the TensorFlow addon: ${reason}`, {
    value: compiler.command,
    remedy: 'Install GCC 9 or newer (apt-get install g++), and run the command again.',
    cause: new Error(stderr.slice(0, 4000)),
  });
}

/** Arguments that compile and link the addon; it finds TensorFlow's libraries beside itself in the cache. */
function compilerArguments(tensorflow: string, output: string): string[] {
  const binding = join(addonPackage(), 'binding');
  return [
    ...COMPILER_OPTIONS,
    // The addon is the same file whatever the checkout it was made in.
    `-ffile-prefix-map=${addonPackage()}=.`,
    ...['-I', (require('node-api-headers') as { include_dir: string }).include_dir],
    ...['-I', binding, '-I', join(tensorflow, 'include')],
    ...bindingSources().filter((path) => path.endsWith('.cc')),
    // By their paths: Zig's linker does not look for a library by the name of its file.
    ...['cc', 'framework'].map((name) => join(tensorflow, `libtensorflow_${name}.so.2`)),
    ...['-o', output],
    `-Wl,-rpath,$ORIGIN/../${basename(dirname(tensorflow))}/${basename(tensorflow)}`,
  ];
}

/**
 * Whether node_modules holds a link to the addon of such a build and the libraries that it needs are in place. The link
 * may lead to another account's cache: the name of the addon's directory tells what it was made from.
 */
export function isAddonLinked(cache: string, build: TensorflowBuild = 'cpu'): boolean {
  const stat = lstatSync(addonLink(), { throwIfNoEntry: false });
  if (stat?.isSymbolicLink() !== true) return false;
  const linked = readlinkSync(addonLink());
  const libraries = tensorflowInstallation(join(dirname(linked), '..'), build);
  const name = basename(dirname(builtAddon(cache, build)));
  return basename(dirname(linked)) === name && existsSync(linked) && existsSync(libraries);
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
