import { z } from 'zod';

/** What the supervisor is started with: one JSON argument. */
export const supervisorArguments = z.object({
  home: z.string(),
  /** false only for tests: a power cut may then destroy the database. */
  durable: z.boolean(),
  /** How long the servers outlive the last lease. */
  graceMs: z.number().int().nonnegative(),
});
export type SupervisorArguments = z.infer<typeof supervisorArguments>;

/** First line of a lease: the installations of the servers that the process needs; null: it does not need that one. */
export const leaseRequest = z.object({ postgres: z.string().nullable(), redis: z.string().nullable() });
export type LeaseRequest = z.infer<typeof leaseRequest>;

/** The supervisor's answer, one line, once the servers answer or cannot be started. */
export const leaseAnswer = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready'), pid: z.number().int() }),
  z.object({ type: z.literal('failed'), code: z.string(), message: z.string(), remedy: z.string().nullable() }),
]);
export type LeaseAnswer = z.infer<typeof leaseAnswer>;
