import { join } from 'node:path';
import fastifyStatic, { type FastifyStaticOptions } from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { repositoryRoot } from '#config';

/** What the build makes for browsers. */
const DIRECTORY = join(repositoryRoot(import.meta.url), 'dist', 'browser');
/** A shop's pages ask once an hour whether there is a newer one. */
const MODULE_MAX_AGE = 'public, max-age=3600';
const PAGE_FILES = ['demo.js', 'demo.css'];

/** Modules that others import, with what TypeScript is told of each. */
const MODULE_FILES = ['weft.js', 'weft.d.ts', 'weft-client.js', 'weft-client.d.ts'];

/**
 * Serves the client with its web component, /weft.js, the client alone, /weft-client.js, their types, and the sample shop that
 * runs on them, /demo.
 */
export async function serveBrowserFiles(fastify: FastifyInstance): Promise<void> {
  const setHeaders: FastifyStaticOptions['setHeaders'] = (reply, path) => {
    // By its ending alone it would be a film.
    if (path.endsWith('.d.ts')) void reply.header('content-type', 'text/plain; charset=utf-8');
  };
  await fastify.register(fastifyStatic, { root: DIRECTORY, serve: false, cacheControl: false, setHeaders });
  const config = { scope: 'public' as const };
  // A module is fetched with CORS wherever it runs, and holds no secret.
  const headers = { 'access-control-allow-origin': '*', 'cache-control': MODULE_MAX_AGE };
  for (const file of MODULE_FILES) {
    fastify.get(`/${file}`, { config }, (_request, reply) => reply.headers(headers).sendFile(file));
  }
  fastify.get('/demo', { config }, (_request, reply) =>
    reply.header('cache-control', 'no-cache').sendFile('demo.html'),
  );
  for (const file of PAGE_FILES) {
    fastify.get(`/demo/${file}`, { config }, (_request, reply) =>
      reply.header('cache-control', 'no-cache').sendFile(file),
    );
  }
}
