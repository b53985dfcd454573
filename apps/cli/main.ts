import { Command } from 'commander';
import { demoCommand } from './commands/demo.js';
import { doctorCommand } from './commands/doctor.js';
import { embedCommand } from './commands/embed.js';
import { evaluateCommand } from './commands/evaluate.js';
import { importCommand } from './commands/import.js';
import { promoteCommand } from './commands/promote.js';
import { serveCommand } from './commands/serve.js';
import { setupCommand } from './commands/setup.js';
import { sheetCommand } from './commands/sheet.js';
import { similarCommand } from './commands/similar.js';
import { trainCommand } from './commands/train.js';
import { describeFailure, printJson, say } from './output.js';

const program = new Command('weft')
  .description('Weft: a fashion similarity engine that trains on your own catalogue photos.')
  .showHelpAfterError('(weft help lists the commands)')
  .configureOutput({ writeOut: (text) => process.stderr.write(text) });

for (const command of [
  setupCommand,
  doctorCommand,
  demoCommand,
  serveCommand,
  importCommand,
  trainCommand,
  embedCommand,
  promoteCommand,
  evaluateCommand,
  similarCommand,
  sheetCommand,
]) {
  program.addCommand(command);
}

try {
  await program.parseAsync();
} catch (error) {
  const failure = describeFailure(error);
  if (process.argv.includes('--json')) printJson({ error: failure });
  else {
    say(`weft: ${failure.message}`);
    if (failure.value !== null) say(`      got: ${JSON.stringify(failure.value)}`);
    if (failure.remedy !== null) say(`      mend: ${failure.remedy}`);
    if (failure.code === 'unexpected' && error instanceof Error) say(error.stack);
  }
  process.exitCode = 1;
}
