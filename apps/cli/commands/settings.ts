import { Command } from 'commander';
import { describeEnvironment, loadConfig, type Setting } from '#config';
import { print, printJson, table } from '../output.js';

export const settingsCommand = new Command('settings')
  .description('the environment variables that Weft reads, what they mean and what they are set to')
  .option('--json', 'print JSON on stdout')
  .option('--markdown', 'print the table of docs/settings.md')
  .action((options: { json?: true; markdown?: true }) => {
    const settings = describeEnvironment();
    if (options.markdown) {
      print(markdownOf(settings));
      return;
    }
    // What Weft would refuse is refused here too.
    const { home, cache } = loadConfig();
    if (options.json) printJson({ home, cache, settings });
    else {
      print(
        table(
          ['variable', 'given', 'meaning'],
          settings.map(({ name, given, meaning }) => [name, given ?? '-', meaning]),
        ),
      );
    }
  });

function markdownOf(settings: Setting[]): string {
  const rows = settings.map(({ name, meaning }) => [`\`${name}\``, meaning]);
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: string[]) => `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(['variable', 'meaning']), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}
