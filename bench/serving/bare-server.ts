/** The least that could answer over HTTP: Node's own server, which sends the statements and answers their rows as JSON. */
import { createServer } from 'node:http';
import type { QueryConfig } from 'pg';
import { openPool } from '../../libs/persistence/connection.js';
import type { BareQuestion } from './bare-process.js';

let asked: QueryConfig[][] = [];

process.on('message', ({ database, connections, port, statements }: BareQuestion) => {
  if (database === undefined) {
    asked = statements;
    process.send!('ready');
    return;
  }
  const pool = openPool(database, { max: connections });
  createServer((request, response) => {
    const queries = asked[Number(request.url!.slice(1)) % asked.length]!;
    Promise.all(queries.map((query) => pool.query<object>(query))).then(
      (answers) => {
        const rows = answers.flatMap((answer) => answer.rows.map((row) => ({ ...row, embedding: null })));
        response.setHeader('content-type', 'application/json').end(JSON.stringify(rows));
      },
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  }).listen(port, '127.0.0.1', () => process.send!('ready'));
});
process.on('disconnect', () => process.exit());
