import underPressure from '@fastify/under-pressure';
import type { FastifyInstance } from 'fastify';
import { problemDocument } from './problem.js';
import { sendProblem } from './problem-filter.js';

/** A request waits at least this long before its turn when the event loop is this late. */
const LATEST_MS = 1_000;

/** Turns requests away while the process is too late with those that it has. Says that it lives all the same. */
export async function refuseUnderPressure(fastify: FastifyInstance, latestMs = LATEST_MS): Promise<void> {
  await fastify.register(underPressure, {
    maxEventLoopDelay: latestMs,
    pressureHandler: (request, reply) => {
      if (request.url === '/health/live') return;
      const detail = 'The service has more to do than it can.';
      sendProblem(reply, problemDocument('overloaded', detail, request, { remedy: 'Try again in some seconds.' }));
    },
  });
}
