import { CommanderError } from 'commander';
import { WeftError } from '#foundation';
import { describeFailure, printJson, say } from './output.js';
import { weftProgram } from './program.js';

// Whoever reads may stop, as `head` does; what was asked for is done all the same.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') return;
  say(`weft: what was found cannot be printed: ${error.message}`);
  process.exitCode = 1;
});
try {
  await weftProgram().parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) fail(error);
  // Commander has said on stderr what is wrong; help that was asked for is no failure.
  else if (error.exitCode !== 0) failUsage(error);
}

function failUsage(error: CommanderError): void {
  process.exitCode = 1;
  if (!process.argv.includes('--json')) return;
  const message = error.message.replace(/^error: /, '');
  printJson({ error: describeFailure(new WeftError('usage', message, { remedy: 'See: weft help' })) });
}

function fail(error: unknown): void {
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
