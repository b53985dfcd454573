import { Command } from 'commander';
import { systemClock } from '#foundation';
import { Recommender } from '#similarity';
import { integerIn, numberIn } from '../options.js';
import { print, printJson, table } from '../output.js';
import { withSession } from '../session.js';

export const similarCommand = new Command('similar')
  .description('list what looks like a product')
  .argument('<id>', 'product id or offer id')
  .option('--count <number>', 'how many', integerIn(1, 100), 10)
  .option('--dial <t>', '0: same cut, any colour; 1: same colour, any cut; default: the model’s', numberIn(0, 1))
  .option('--json', 'print JSON on stdout')
  .action((id: string, options: { count: number; dial?: number; json?: true }) =>
    withSession(async ({ database }) => {
      const recommender = new Recommender(database.index, database.catalog, systemClock);
      const answer = await recommender.similar(id, {
        count: options.count,
        ...(options.dial === undefined ? {} : { dial: options.dial }),
      });
      if (options.json) return printJson(answer);
      print(
        table(
          ['similarity', 'shape', 'colour', 'product', 'title'],
          answer.results.map(({ similarity, productId, title }) => [
            similarity.total.toFixed(3),
            similarity.shape.toFixed(3),
            similarity.colour.toFixed(3),
            productId,
            title ?? '',
          ]),
        ),
      );
      if (answer.shortfall !== null)
        print(`${answer.shortfall.given} of ${answer.shortfall.asked}: ${answer.shortfall.reason}`);
    }),
  );
