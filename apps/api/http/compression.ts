import compress from '@fastify/compress';
import type { FastifyInstance } from 'fastify';

/** Smaller answers fit into one packet with their headers: packing them costs time and saves none. */
const LEAST_BYTES = 1_400;

/**
 * Packs answers that are worth it for callers that take them packed. To be called before there are routes. What must stay
 * as it is has `compress: false`, see {@link enforceRouteRules}. Bodies of requests are never unpacked: a kilobyte could
 * unpack to a gigabyte.
 */
export async function compressAnswers(fastify: FastifyInstance): Promise<void> {
  await fastify.register(compress, {
    globalDecompression: false,
    encodings: ['br', 'gzip'],
    threshold: LEAST_BYTES,
  });
}
