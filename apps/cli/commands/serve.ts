import { Command } from 'commander';
import { loadConfig } from '#config';
import { WeftError } from '#foundation';
import { startProcess } from '../child.js';
import { requireFreePort } from '../free-port.js';
import { KeptWorker } from '../kept-worker.js';
import { printJson, say } from '../output.js';

export const serveCommand = new Command('serve')
  .description('run the API and a worker until interrupted')
  .option('--json', 'print JSON on stdout, once the API answers')
  .action(({ json }: { json?: true }) => serve(async (url) => (json ? printJson({ url }) : undefined)));

/** Runs API and worker until Ctrl-C or SIGTERM; `onReady` is called once the API answers. */
export async function serve(onReady: (url: string) => Promise<void>): Promise<void> {
  const { host, port } = loadConfig();
  const interrupted = new Promise<'interrupted'>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve('interrupted'));
  });
  await requireFreePort(host, port);
  const api = await startProcess('api', { isQuiet: false });
  const worker = await KeptWorker.start().catch(async (error: unknown) => {
    await api.stop();
    throw error;
  });
  try {
    const url = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
    say(`weft: serving on ${url} (a sample shop at ${url}/demo, documentation at ${url}/docs); Ctrl-C stops it`);
    await onReady(url);
    const outcome = await Promise.race([interrupted, api.ended]);
    if (outcome !== 'interrupted') {
      throw new WeftError('process-ended', 'The API ended unexpectedly; its last words are above.', {
        remedy: 'Start it again: weft serve',
      });
    }
    say('weft: stopping');
  } finally {
    await Promise.all([api.stop(), worker.stop()]);
  }
}
