import type { WeftConfig } from '#config';
import { messageOf, WeftError } from '#foundation';
import { reportState, type StateReport } from '#persistence';
import { embeddedServers, openServers } from '#provision';

/** What the database holds, or why that is not known. */
export type DatabaseState =
  | { known: StateReport }
  | { unknown: 'never-started' | 'not-fetched' }
  | { failed: { message: string; remedy: string | null } };

/**
 * Asks the database what it holds; starts embedded servers for it where there are some to start, as every other command
 * does. Downloads nothing and never rejects.
 */
export async function databaseState(config: WeftConfig, say: (line: string) => void): Promise<DatabaseState> {
  const embedded = embeddedServers(config);
  if (embedded !== 'ready') return { unknown: embedded };
  try {
    if (config.databaseUrl !== null) return { known: await reportState({ url: config.databaseUrl }) };
    const servers = await openServers(config, say);
    try {
      return { known: await reportState(servers.database) };
    } finally {
      await servers.release();
    }
  } catch (error) {
    const remedy = error instanceof WeftError ? (error.remedy ?? null) : null;
    return { failed: { message: messageOf(error), remedy } };
  }
}
