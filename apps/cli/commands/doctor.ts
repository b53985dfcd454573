import { Command } from 'commander';
import { loadConfig } from '#config';
import { reportPostgres } from '#persistence';
import { diagnose } from '#provision';
import { print, printJson, table } from '../output.js';

export const doctorCommand = new Command('doctor')
  .description('say what is installed, which devices there are, what is missing and what mends it')
  .option('--json', 'print JSON on stdout')
  .action(async (options: { json?: true }) => {
    const findings = await diagnose(loadConfig(), (url) => reportPostgres({ url }));
    const isHealthy = findings.every((finding) => finding.status !== 'missing');
    if (options.json) printJson({ healthy: isHealthy, findings });
    else {
      print(
        table(
          ['part', 'status', 'found'],
          findings.map(({ id, status, found }) => [id, status, found]),
        ),
      );
      for (const { id, remedy } of findings) if (remedy !== null) print(`${id}: ${remedy}`);
    }
    if (!isHealthy) process.exitCode = 1;
  });
