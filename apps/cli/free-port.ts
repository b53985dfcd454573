import { once } from 'node:events';
import { createServer } from 'node:net';
import { WeftError } from '#foundation';

/**
 * Fails at once where the API could not listen, before anything long is begun.
 *
 * @throws WeftError `port-unavailable`
 */
export async function requireFreePort(host: string, port: number): Promise<void> {
  const server = createServer();
  try {
    const listening = once(server, 'listening');
    server.listen(port, host);
    await listening;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = code === 'EADDRINUSE' ? 'is in use' : `cannot be listened on (${code})`;
    throw new WeftError('port-unavailable', `Port ${port} of ${host} ${why}.`, {
      value: port,
      remedy: 'Stop what listens there, or set WEFT_PORT to a free port.',
      cause: error,
    });
  }
  await new Promise((resolve) => server.close(resolve));
}
