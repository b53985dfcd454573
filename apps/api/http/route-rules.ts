import type { FastifyInstance } from 'fastify';
import type { Scope } from '#access';

/** What a route asks of its caller; `public`: nothing. */
export type RouteScope = Scope | 'public';

/** What a route declares with `@Endpoint`; Fastify hands it to every hook as `routeOptions.config`. */
export interface RouteRules {
  scope: RouteScope;
  /** Largest body in bytes; default: room for 500 signals. */
  bodyBytes?: number;
  /** Longest time to an answer, the reading of the body included; default: ten seconds. */
  deadlineMs?: number;
  /** Requests that one of this route counts for in the limits of a key; default: one. */
  cost?: number;
  /** The answer goes on for as long as there is something to tell: it has no deadline, and its time says nothing. */
  streams?: true;
}

declare module 'fastify' {
  // eslint-disable-next-line @typescript-eslint/no-empty-object-type
  interface FastifyContextConfig extends Partial<RouteRules> {}
}

/** The longest that a timer can be set to, 24 days. */
const NO_DEADLINE_MS = 2 ** 31 - 1;
const DOCUMENTATION = /^\/(docs(\/.*)?|openapi\.json)$/;
/** What a stranger's page can make a browser ask for must not be packed together with a secret: sizes would tell it. */
const PACKED: RouteScope[] = ['public', 'read'];

/**
 * Holds every route to its rules from the moment it is registered. A route that declares no scope stops the start.
 *
 * @throws Error while routes are registered
 */
export function enforceRouteRules(fastify: FastifyInstance): void {
  fastify.addHook('onRoute', (route) => {
    // The pages are made by a library, and tell nothing that the repository does not.
    if (DOCUMENTATION.test(route.url)) route.config = { ...route.config, scope: 'public' };
    const { scope, bodyBytes, deadlineMs, streams } = route.config ?? {};
    if (scope === undefined) throw new Error(`${String(route.method)} ${route.url} declares no scope: use @Endpoint.`);
    if (!PACKED.includes(scope)) route.compress = false;
    if (bodyBytes !== undefined) route.bodyLimit = bodyBytes;
    if (deadlineMs !== undefined) route.handlerTimeout = deadlineMs;
    if (streams) route.handlerTimeout = NO_DEADLINE_MS;
  });
}
