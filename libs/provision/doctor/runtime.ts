import { createRequire } from 'node:module';
import { repositoryRoot, type WeftConfig } from '#config';
import { WeftError } from '#foundation';
import { findCompiler } from '../compiler.js';
import { findPip } from '../pip.js';
import { lastLine, runCommand } from '../run-command.js';
import { isAddonToBuild } from '../tensorflow-addon.js';
import { type Finding, ok, problem, warning } from './finding.js';

const require = createRequire(import.meta.url);

function versionOf(name: string): string {
  return (require(`${name}/package.json`) as { version: string }).version;
}

export function lookAtWeft(): Finding {
  const version = versionOf(repositoryRoot(import.meta.url));
  return ok('weft', `Weft ${version}.`, { version });
}

/** @param version as `process.versions.node` gives it */
export function judgeNode(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return ok('node', `Node ${version}.`, { version });
  return problem('node', `Node ${version} is too old.`, 'Install Node.js 20.19 or newer.', { version });
}

/** @param platform for example `linux-x64` */
export function judgePlatform(platform: string, hasOwnServers: boolean): Finding {
  if (platform === 'linux-x64') return ok('platform', `${platform}.`, { platform });
  const sentence = `The native parts that Weft brings run on linux-x64; this is ${platform}.`;
  if (hasOwnServers) {
    return warning('platform', `${sentence} Training runs in WebAssembly.`, 'Run Weft on Linux on x86-64.', {
      platform,
    });
  }
  const remedy = 'Set DATABASE_URL and REDIS_URL to servers of your own, or run Weft in a Linux x86-64 container.';
  return problem('platform', sentence, remedy, { platform });
}

/**
 * Loads a native module and has it work, in a process of its own: one built for another machine may end it.
 *
 * @param code an ES module that prints versions as JSON
 */
export async function lookAtModule(id: string, name: string, code: string): Promise<Finding> {
  const cwd = repositoryRoot(import.meta.url);
  return judgeModule(id, name, await runCommand(process.execPath, ['--input-type=module', '-e', code], { cwd }));
}

/** @param outcome of the process that loaded it */
export function judgeModule(
  id: string,
  name: string,
  { status, stdout, stderr }: { status: number; stdout: string; stderr: string },
): Finding {
  if (status === 0) {
    const versions = JSON.parse(stdout) as Record<string, string>;
    const words = Object.entries(versions).map(([part, version]) => `${part} ${version}`);
    return ok(id, `${words.join(', ')}.`, versions);
  }
  const said = /^\s*(?:\w*Error|FATAL)\b.*$/m.exec(stderr)?.[0].trim() ?? lastLine(stderr);
  return problem(id, `${name} does not work: ${said || `its process ended with ${status}`}`, 'npm ci', { status });
}

export const IMAGING_WORKS = `
  const { default: sharp } = await import('sharp');
  await sharp({ create: { width: 2, height: 2, channels: 3, background: 'red' } }).jpeg().toBuffer();
  console.log(JSON.stringify({ sharp: sharp.versions.sharp, libvips: sharp.versions.vips }));`;

/** pip spares set-up from finding the package index by itself; nothing needs it. */
export async function lookAtPython(): Promise<Finding> {
  try {
    const { python, version } = await findPip();
    return ok('python', `Python ${python}, pip ${version.join('.')}.`, { python, pip: version.join('.') });
  } catch (error) {
    if (!(error instanceof WeftError)) throw error;
    return ok('python', `${error.message} Set-up downloads from the package index without it.`);
  }
}

export async function lookAtCompiler(config: WeftConfig): Promise<Finding> {
  const compiler = await findCompiler();
  if (compiler !== null) return ok('compiler', `${compiler.version}.`, { version: compiler.version });
  const isNeeded = config.device !== 'wasm' && isAddonToBuild(config.cache);
  return ok('compiler', isNeeded ? 'None: set-up fetches Zig (83 MB).' : 'None, and none is needed.');
}
