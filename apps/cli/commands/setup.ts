import { Command } from 'commander';
import { loadConfig } from '#config';
import { ensureParts } from '#provision';
import { printJson, say } from '../output.js';

export const setupCommand = new Command('setup')
  .description('fetch, verify and build the native parts; other commands do the same for the parts they need')
  .option('--json', 'print JSON on stdout')
  .action(async ({ json }: { json?: true }) => {
    const config = loadConfig();
    await ensureParts(config, ['postgres', 'redis', 'tensorflow', 'backbone'], say);
    if (json) printJson({ cache: config.cache, home: config.home });
    else say(`weft: everything is in place under ${config.cache}`);
  });
