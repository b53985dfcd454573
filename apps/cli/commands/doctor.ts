import { Command } from 'commander';
import { loadConfig } from '#config';
import { systemClock } from '#foundation';
import type { Finding } from '#provision';
import { examine } from '../doctor/examine.js';
import { print, printJson, say } from '../output.js';

export const doctorCommand = new Command('doctor')
  .description('look at everything that Weft needs, and say what is wrong and what mends it')
  .option('--gpu', 'have the GPU calculate, and remember that it did so rightly')
  .option('--json', 'print JSON on stdout')
  .addHelpText('after', '\nExit status: 0 when there is no problem (warnings are none), 1 otherwise.')
  .action(async (options: { gpu?: true; json?: true }) => {
    const findings = await examine(loadConfig(), { testsGpu: options.gpu === true, now: () => systemClock.now(), say });
    const isHealthy = findings.every(({ state }) => state !== 'problem');
    if (options.json) printJson({ healthy: isHealthy, findings });
    else for (const finding of findings) print(describe(finding));
    if (!isHealthy) process.exitCode = 1;
  });

function describe({ id, state, sentence, remedy }: Finding): string {
  const line = `${state.padEnd(10)}  ${id.padEnd(11)}  ${sentence}`;
  return remedy === null ? line : `${line}\n${' '.repeat(25)}mend: ${remedy}`;
}
