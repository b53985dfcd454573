import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { loadConfig, repositoryRoot } from '#config';
import { drawCatalogue } from '#drawn-catalogue';
import { whenServersEnd } from '#provision';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../support/free-port.js';
import { type CodeBlock, codeBlocks, commandsOf } from '../support/markdown.js';
import { temporaryHome } from '../support/servers.js';

/** What a stranger does: the README's commands, letter by letter, in an empty directory with an empty home. */
describe('the README', { timeout: 600_000 }, () => {
  const root = repositoryRoot(import.meta.url);
  const blocks = codeBlocks(readFileSync(join(root, 'README.md'), 'utf8'));
  const checkout = temporaryHome();
  const home = temporaryHome();
  const feeds = temporaryHome();
  let feed: string;
  let env: NodeJS.ProcessEnv;
  let port: number;
  let running: ChildProcess | null = null;

  const block = (language: string, containing: string): CodeBlock => {
    const found = blocks.find((each) => each.language === language && each.text.includes(containing));
    if (found === undefined) throw new Error(`The README has no ${language} block with "${containing}".`);
    return found;
  };
  const shell = (command: string) =>
    spawn('bash', ['-c', command], { cwd: checkout, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });

  /** Runs a command to its end, which must be a good one, and returns what it printed. */
  async function run(command: string): Promise<string> {
    const child = shell(command);
    let stdout = '';
    let words = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (words += chunk.toString()));
    const [code] = (await once(child, 'close')) as [number | null];
    expect(code, `${command}\n${words}`).toBe(0);
    return stdout;
  }

  /** Starts a command that serves until it is stopped, and waits until it says so. */
  async function serve(command: string): Promise<void> {
    const child = shell(command);
    running = child;
    child.stdout.resume();
    let words = '';
    for await (const line of createInterface(child.stderr)) {
      words += `${line}\n`;
      if (line.includes('serving on')) break;
    }
    expect(words, command).toContain('serving on');
    // Reading line by line has paused it.
    child.stderr.resume();
  }

  /** Ctrl-C, as a terminal sends it: to every process of the command. */
  async function interrupt(): Promise<void> {
    if (running?.pid === undefined || running.exitCode !== null) return;
    const ended = once(running, 'close');
    process.kill(-running.pid, 'SIGINT');
    await ended;
  }

  beforeAll(async () => {
    const files = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root });
    for (const name of files.toString().split('\0').filter(Boolean)) cpSync(join(root, name), join(checkout, name));
    feed = (await drawCatalogue({ directory: feeds })).feedPath;
    port = await freePort();
    env = { ...process.env, WEFT_HOME: home, WEFT_PORT: `${port}`, DATABASE_URL: '', REDIS_URL: '' };
  });
  afterAll(async () => {
    await interrupt();
    await whenServersEnd({ ...loadConfig(), home, databaseUrl: null, redisUrl: null });
    for (const directory of [checkout, home, feeds]) rmSync(directory, { recursive: true, force: true });
  }, 300_000);

  it('runs the tests with the command that CI runs', () => {
    const [, test] = commandsOf(block('sh', 'npm run demo'));
    expect(test).toBe('npm ci && npm test');
    const ci = readFileSync(join(root, '.ci', 'run'), 'utf8');
    for (const command of test?.split(' && ') ?? []) expect(ci).toMatch(new RegExp(`^${command}$`, 'm'));
  });

  it('has a demo that serves', async () => {
    const [demo = ''] = commandsOf(block('sh', 'npm run demo'));
    await serve(demo);
  });

  it('shows the answer that the demo gives', async () => {
    const [, question = '', answer = ''] = /^\$ (.*?)\n(\{.*\})$/ms.exec(block('console', 'curl').text) ?? [];
    const given = JSON.parse(await run(question.replace(':4100', `:${port}`).replace('curl', 'curl -sS'))) as unknown;
    expect(given).toEqual(likeThis(JSON.parse(answer)));
  });

  it('takes a shop of your own, command by command', async () => {
    await interrupt();
    for (const command of commandsOf(block('sh', 'weft -- import'))) {
      const own = command.replace(/\/path\/to\/feed\.csv/, feed);
      if (own.endsWith(' serve')) await serve(own);
      else await run(own);
    }
    expect((await fetch(`http://127.0.0.1:${port}/health/ready`)).status).toBe(200);
  });
});

/** The answer as any run on any machine may give it: another model version, other photo hashes, other last digits. */
function likeThis(value: unknown, key = ''): unknown {
  if (key === 'modelVersion') return expect.stringMatching(/^\d{8}-\d{6}-[\da-f]{8}$/) as unknown;
  if (key === 'nextCursor' || key === 'recommendationId') return expect.stringMatching(/^[\w-]{20,}$/) as unknown;
  if (key === 'image') return expect.stringMatching(/^\/v1\/images\/[\da-f]{64}$/) as unknown;
  if (typeof value === 'number') return expect.closeTo(value, 1) as unknown;
  if (Array.isArray(value)) return value.map((item) => likeThis(item));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, likeThis(member, name)]));
}
