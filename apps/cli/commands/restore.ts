import { Command, Option } from 'commander';
import { restoreBackup, verifyBackup, type VerifiedBackup } from '#backup';
import { openArtifacts } from '#artifacts';
import { DESCRIPTION_FILE } from '#backbones';
import { loadConfig } from '#config';
import { MANIFEST_FILE } from '#embedder';
import { migrate, PgBackupStore } from '#persistence';
import { openServers } from '#provision';
import { print, printJson, say, table } from '../output.js';

interface RestoreOptions {
  replace?: true;
  check?: true;
  json?: true;
}

export const restoreCommand = new Command('restore')
  .description('bring back what weft backup wrote; every byte is verified before anything is changed')
  .argument('<backup>', 'file that weft backup wrote, or a directory: its newest backup')
  .option('--replace', 'give up the catalogue, models and jobs that are there now')
  .addOption(new Option('--check', 'verify the backup and change nothing').conflicts('replace'))
  .option('--json', 'print JSON on stdout')
  .action(async (source: string, options: RestoreOptions) => {
    const config = loadConfig();
    say('Verifying the backup.');
    const backup = await verifyBackup(source);
    if (!options.check) {
      const servers = await openServers(config, say);
      try {
        await migrate(servers.database);
        const store = new PgBackupStore(servers.database);
        await restoreBackup(backup, {
          artifacts: await openArtifacts(config),
          lastFiles: { models: MANIFEST_FILE, backbones: DESCRIPTION_FILE },
          store,
          replace: options.replace ?? false,
          report: say,
        });
      } finally {
        await servers.release();
      }
    }
    if (options.json) return printJson(summaryOf(backup, !options.check));
    print(describeRestore(backup, !options.check));
  });

function summaryOf({ file, header, manifest }: VerifiedBackup, restored: boolean) {
  const { weft, createdAt, features, database } = header;
  return {
    ...{ file, restored, weft, createdAt, features },
    activeGeneration: database.active?.generation ?? null,
    rows: manifest.rows,
    entries: manifest.entries.length,
    leftOut: manifest.leftOut,
  };
}

function describeRestore({ file, header, manifest }: VerifiedBackup, restored: boolean): string {
  const { createdAt, weft, database } = header;
  const rows = manifest.rows.map(({ name, generation, rows: count }) => [
    generation === null ? name : `${name} of generation ${generation}`,
    count,
  ]);
  const { active } = database;
  return [
    table(['table', 'rows'], rows),
    `${file} of ${createdAt} (Weft ${weft}) is whole${restored ? ' and restored' : ''}.`,
    ...manifest.leftOut.map((sentence) => `Not in it: ${sentence}`),
    active === null ? 'Nothing was served then.' : `Generation ${active.generation} ${restored ? 'is' : 'was'} active.`,
  ].join('\n');
}
