import { type Artifacts, openArtifacts } from '#artifacts';
import { loadConfig, type WeftConfig } from '#config';
import { JobQueue } from '#jobs';
import { type Database, migrate, openDatabase } from '#persistence';
import { openServers } from '#provision';
import { say } from './output.js';

/** What a command that needs the catalogue works with. Closed when the command ends, whatever happened. */
export interface Session {
  config: WeftConfig;
  artifacts: Artifacts;
  database: Database;
  queue: JobQueue;
}

/** Opens the servers (starting embedded ones where none are configured), runs `work`, and lets go of everything. */
export async function withSession<T>(work: (session: Session) => Promise<T>): Promise<T> {
  const config = loadConfig();
  const artifacts = await openArtifacts(config);
  const servers = await openServers(config, say);
  try {
    await migrate(servers.database);
    const database = await openDatabase(servers.database);
    try {
      const queue = new JobQueue({ redis: servers.redis }, database.jobs);
      try {
        return await work({ config, artifacts, database, queue });
      } finally {
        await queue.close();
      }
    } finally {
      await database.close();
    }
  } finally {
    await servers.release();
  }
}
