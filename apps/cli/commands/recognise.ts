import { Command } from 'commander';
import { readImageFile } from '#imaging';
import { integerIn } from '../options.js';
import { print, printJson, table } from '../output.js';
import { withMatcher } from '../with-matcher.js';

export const recogniseCommand = new Command('recognise')
  .description('tell which product of the catalogue a photo shows, or that it is none of these')
  .argument('<photo>', 'file')
  .option('--count <number>', 'how many of the nearest products to list', integerIn(1, 20), 5)
  .option('--json', 'print JSON on stdout')
  .action(async (file: string, options: { count: number; json?: true }) => {
    const bytes = await readImageFile(file);
    await withMatcher(async (matcher) => {
      const answer = await matcher.recognise(bytes, options.count);
      if (options.json) return printJson(answer);
      const { recognised, probability, threshold, nearest } = answer;
      const sure = probability === null ? '' : `, probability ${probability.toFixed(3)}`;
      const needed = threshold === null ? 'no threshold could be set' : `${threshold.toFixed(3)} is needed`;
      if (recognised === null) print(`None of these (${needed}${sure}). The nearest:`);
      else print(`${recognised.product.productId}${sure} (${needed}). The nearest:`);
      print(
        table(
          ['probability', 'shape', 'colour', 'votes', 'product', 'title'],
          nearest.map(({ product, probability: ofPair, similarity, votes }) => [
            ofPair.toFixed(3),
            similarity.shape.toFixed(3),
            similarity.colour.toFixed(3),
            votes,
            product.productId,
            product.title ?? '',
          ]),
        ),
      );
    });
  });
