import type { ChildProcess } from 'node:child_process';

/** What the supervisor needs to know about a server in order to start it, keep it and end it. */
export interface ServerDefinition {
  /** `Postgres` or `Redis`, for sentences. */
  readonly name: string;
  /** File that holds what the server says, named in errors. */
  readonly log: string;
  /** Creates the data directory if there is none, ends leftovers of a killed supervisor, removes their stale files. */
  prepare(): Promise<void>;
  launch(): ChildProcess;
  /** Whether the launched process answers. */
  isReady(pid: number): Promise<boolean>;
  /** What is left to do once the server first answers. */
  complete(): Promise<void>;
  /** Asks the server to end in order; what it has acknowledged is on disk afterwards. */
  readonly stopSignal: NodeJS.Signals;
}
