import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { childEnvironment, compiledFile } from '#config';

/** Weft's own programs over a home of a bench's own. */
export class Programs {
  private readonly running = new Set<ChildProcess>();

  /** @param port of the API */
  constructor(
    private readonly home: string,
    private readonly port: number,
  ) {}

  /** Runs a command with `--json`. @returns what it printed */
  async weft(...args: string[]): Promise<unknown> {
    const child = this.start('cli', [...args, '--json'], 'pipe');
    let said = '';
    child.stdout?.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const [code] = (await once(child, 'close')) as [number | null];
    if (code !== 0) throw new Error(`weft ${args.join(' ')} failed: ${said}`);
    return JSON.parse(said);
  }

  /** Starts the API. @returns ends it */
  async serve(): Promise<() => Promise<void>> {
    const api = this.start('api', [], 'ignore');
    const ended = once(api, 'exit');
    const [said] = (await Promise.race([once(api, 'message'), ended])) as [unknown];
    if (said !== 'ready') throw new Error('The API did not start.');
    return async () => {
      api.kill('SIGTERM');
      await ended;
    };
  }

  /** Asks the API. @throws Error for any answer but success */
  async ask(path: string, init: RequestInit = {}): Promise<unknown> {
    const response = await fetch(`http://127.0.0.1:${this.port}${path}`, init);
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
    return response.json();
  }

  /** Ends what a failure left behind: it would keep the servers from ending. */
  end(): void {
    for (const child of this.running) child.kill('SIGTERM');
  }

  private start(app: 'api' | 'cli', args: string[], stdout: 'ignore' | 'pipe'): ChildProcess {
    const script = fileURLToPath(compiledFile(import.meta.url, `../apps/${app}/main.js`));
    const child = spawn(process.execPath, [script, ...args], {
      env: childEnvironment({
        ...{ WEFT_HOME: this.home, WEFT_PORT: String(this.port), WEFT_LOG_LEVEL: 'error' },
        ...{ DATABASE_URL: '', REDIS_URL: '' },
      }),
      stdio: ['ignore', stdout, 2, ...(app === 'api' ? (['ipc'] as const) : [])],
    });
    this.running.add(child);
    child.once('exit', () => this.running.delete(child));
    return child;
  }
}

/** Two things at once that end each other: `background` goes on until `work` is done, and a failure of either is told. */
export async function meanwhile(work: () => Promise<unknown>, background: () => Promise<unknown>): Promise<void> {
  let isWorking = true;
  const on = async () => {
    while (isWorking) await background();
  };
  await Promise.all([work().finally(() => (isWorking = false)), on()]);
}

export async function milliseconds(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}
