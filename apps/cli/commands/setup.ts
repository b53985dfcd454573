import { Command } from 'commander';
import { loadConfig } from '#config';
import { ensureParts } from '#provision';
import { say } from '../output.js';

export const setupCommand = new Command('setup')
  .description('fetch, verify and build the native parts; other commands do the same for the parts they need')
  .action(async () => {
    const config = loadConfig();
    await ensureParts(config, ['postgres', 'redis', 'tensorflow', 'backbone'], say);
    say(`weft: everything is in place under ${config.cache}`);
  });
