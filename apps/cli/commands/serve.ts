import { Command } from 'commander';
import { loadConfig } from '#config';
import { WeftError } from '#foundation';
import { startProcess } from '../child.js';
import { say } from '../output.js';

export const serveCommand = new Command('serve')
  .description('run the API and a worker until interrupted')
  .action(() => serve());

/** Runs API and worker until Ctrl-C or SIGTERM; `onReady` is called once the API answers. */
export async function serve(onReady: (url: string) => Promise<void> = async () => {}): Promise<void> {
  const { host, port } = loadConfig();
  const interrupted = new Promise<'interrupted'>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve('interrupted'));
  });
  const api = await startProcess('api', { isQuiet: false });
  const worker = await startProcess('worker', { isQuiet: false }).catch(async (error: unknown) => {
    await api.stop();
    throw error;
  });
  try {
    const url = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
    say(`weft: serving on ${url} (documentation at ${url}/docs); Ctrl-C stops it`);
    await onReady(url);
    const outcome = await Promise.race([
      interrupted,
      api.ended.then(() => 'API' as const),
      worker.ended.then(() => 'worker' as const),
    ]);
    if (outcome !== 'interrupted') {
      throw new WeftError('process-ended', `The ${outcome} ended unexpectedly; its last words are above.`, {
        remedy: 'Start it again: weft serve',
      });
    }
    say('weft: stopping');
  } finally {
    await Promise.all([api.stop(), worker.stop()]);
  }
}
