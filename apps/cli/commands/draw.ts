import { resolve } from 'node:path';
import { Command } from 'commander';
import { drawCatalogue } from '#drawn-catalogue';
import { integerIn } from '../options.js';
import { print, printJson, ProgressBar } from '../output.js';

export const drawCommand = new Command('draw')
  .description('draw a catalogue of any size to try things on: feed.csv and photos; goes on where it was ended')
  .argument('<dir>', 'directory to draw into; made if missing')
  .option('--products <n>', 'products to draw, 1 to 1000000', integerIn(1, 1_000_000), 320)
  .option('--seed <n>', 'another seed, another catalogue', integerIn(-(2 ** 31), 2 ** 31 - 1), 1)
  .option('--json', 'print JSON on stdout')
  .action(async (directory: string, options: { products: number; seed: number; json?: true }) => {
    const bar = new ProgressBar();
    const { products, seed } = options;
    const drawn = await drawCatalogue({
      directory: resolve(directory),
      products,
      seed,
      report: (progress) => {
        bar.update(progress);
      },
    }).finally(() => {
      bar.close();
    });
    if (options.json) return printJson(drawn);
    const { images, kept, styles, offers, feedPath } = drawn;
    print(
      `${images} photos (${kept} already there) of ${drawn.products} products in ${styles} styles, ${offers} offers.`,
    );
    print(`Next: weft import ${feedPath}`);
  });
