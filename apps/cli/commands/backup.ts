import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { openArtifacts } from '#artifacts';
import { type BackupInput, type BackupResult, streamBackup, writeBackup } from '#backup';
import { loadConfig, repositoryRoot } from '#config';
import { openModel } from '#embedder';
import { messageOf, type ModelVersion, systemClock, WeftError } from '#foundation';
import { migrate, PgBackupStore } from '#persistence';
import { openServers } from '#provision';
import { bringHome } from '../bring-home.js';
import { print, printJson, say, table } from '../output.js';

interface BackupOptions {
  features: boolean;
  json?: true;
}

export const backupCommand = new Command('backup')
  .description('copy all that cannot be computed again into one tar, while the service runs')
  .argument('<target>', 'file to write, directory to write a dated file into, or - for stdout')
  .option('--no-features', 'leave the feature cache out: a third smaller, but the next import reads every photo again')
  .option('--json', 'print JSON on stdout')
  .action(async (target: string, options: BackupOptions) => {
    if (target === '-' && options.json) {
      throw new WeftError('usage', 'The backup itself goes to stdout; a JSON document cannot go there, too.', {
        remedy: 'Leave --json out, or name a file.',
      });
    }
    const config = loadConfig();
    const artifacts = await openArtifacts(config);
    const servers = await openServers(config, say);
    try {
      await migrate(servers.database);
      const store = new PgBackupStore(servers.database);
      const input: BackupInput = {
        home: config.home,
        store,
        weft: weftVersion(),
        clock: systemClock,
        features: options.features,
        bring: async (models) => {
          if (artifacts.storeName !== null) say(`Bringing what is missing here from ${artifacts.storeName}.`);
          return bringHome(artifacts, models, options);
        },
        modelPath: (model) => artifacts.modelPath(model),
        // Asks the store again for one that could not be brought: it says best what is wrong.
        verifyModel: async ({ version }) => (await openModel(artifacts, { version: version as ModelVersion })).close(),
        report: say,
      };
      const result = target === '-' ? await toStdout(input) : await writeBackup(target, input);
      await store.noteWritten(systemClock.now()).catch((error: unknown) => {
        say(`The backup is whole, but metrics will not know of it: ${messageOf(error)}`);
      });
      if (options.json) return printJson(result);
      (target === '-' ? say : print)(describeBackup(result));
    } finally {
      await servers.release();
    }
  });

async function toStdout(input: BackupInput): Promise<BackupResult> {
  try {
    return await streamBackup(input, process.stdout);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EPIPE' && code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
    throw new WeftError('backup-cut-off', 'Whoever read the backup from stdout stopped before its end.', {
      cause: error,
      remedy: 'Discard what was read, and pipe the backup to a program that reads to the end.',
    });
  }
}

function weftVersion(): string {
  const { version } = JSON.parse(readFileSync(join(repositoryRoot(import.meta.url), 'package.json'), 'utf8')) as {
    version: string;
  };
  return version;
}

function describeBackup({ file, bytes, rows, files, leftOut, seconds }: BackupResult): string {
  const counts = [
    ...Object.entries(rows),
    ...Object.entries(files).map(([name, count]) => [`${name}/`, count] as const),
  ];
  return [
    table(
      ['what', 'rows or files'],
      counts.map(([name, count]) => [name, count]),
    ),
    ...leftOut.map((sentence) => `Left out: ${sentence}`),
    `${(bytes / 1e6).toFixed(1)} MB in ${seconds.toFixed(1)} s${file === null ? '' : `: ${file}`}`,
  ].join('\n');
}
