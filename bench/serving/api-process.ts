import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type Dispatcher, Pool } from 'undici';
import { childEnvironment, compiledFile } from '#config';

/** A running API and connections to it that stay open. */
export interface ApiProcess {
  get(path: string): Promise<string>;
  post(path: string, body: unknown): Promise<string>;
  close(): Promise<void>;
}

/** Starts `weft serve`'s API over a home. @param connections most requests at a time */
export async function startApi(home: string, port: number, connections: number): Promise<ApiProcess> {
  const env = { WEFT_HOME: home, WEFT_PORT: String(port), WEFT_LOG_LEVEL: 'error', DATABASE_URL: '', REDIS_URL: '' };
  const child = spawn(process.execPath, [fileURLToPath(compiledFile(import.meta.url, '../../apps/api/main.js'))], {
    env: childEnvironment(env),
    stdio: ['ignore', 'ignore', 2, 'ipc'],
  });
  const ended = once(child, 'exit');
  const [message] = (await Promise.race([once(child, 'message'), ended])) as [unknown];
  if (message !== 'ready') throw new Error('The API did not start.');
  const client = new Pool(`http://127.0.0.1:${port}`, { connections });
  const send = async (options: Dispatcher.RequestOptions): Promise<string> => {
    const { statusCode, body } = await client.request(options);
    const text = await body.text();
    if (statusCode !== 200) throw new Error(`${options.path} answered ${statusCode}: ${text}`);
    return text;
  };
  return {
    get: (path) => send({ method: 'GET', path }),
    post: (path, body) =>
      send({ method: 'POST', path, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    close: async () => {
      await client.close();
      child.kill('SIGTERM');
      await ended;
    },
  };
}
