import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { QueryConfig } from 'pg';
import { Pool } from 'undici';
import { compiledFile } from '#config';
import type { openPool } from '../../libs/persistence/connection.js';

/** What `bare-server` is told: first where Postgres is, and then, as often as wanted, what to send it. */
export interface BareQuestion {
  database?: Parameters<typeof openPool>[0];
  connections: number;
  port: number;
  statements: QueryConfig[][];
}

/** A process that does nothing but HTTP and statements. */
export interface BareProcess {
  /** What question `i` sends from now on. */
  use(statements: QueryConfig[][]): Promise<void>;
  get(i: number): Promise<string>;
  close(): Promise<void>;
}

/** @param options.clients most requests at a time */
export async function startBare(options: Omit<BareQuestion, 'statements'> & { clients: number }): Promise<BareProcess> {
  const child = fork(fileURLToPath(compiledFile(import.meta.url, './bare-server.js')), { serialization: 'advanced' });
  const tell = async (question: BareQuestion) => {
    child.send(question);
    await once(child, 'message');
  };
  const { clients, ...place } = options;
  await tell({ ...place, statements: [] });
  const client = new Pool(`http://127.0.0.1:${options.port}`, { connections: clients });
  return {
    use: (statements) => tell({ connections: 0, port: 0, statements }),
    get: async (i) => {
      const { statusCode, body } = await client.request({ method: 'GET', path: `/${i}` });
      const text = await body.text();
      if (statusCode !== 200) throw new Error(text);
      return text;
    },
    close: async () => {
      await client.close();
      child.disconnect();
      await once(child, 'exit');
    },
  };
}
