import { Command } from 'commander';
import { type RecommendationOptions } from '#similarity';
import { openRecommender } from '../open-recommender.js';
import { filterOption, integerIn, numberIn } from '../options.js';
import { print, printJson, table } from '../output.js';
import { withSession } from '../session.js';

export const similarCommand = new Command('similar')
  .description('list what looks like a product')
  .argument('<id>', 'product id or offer id')
  .option('--count <number>', 'how many; default: 10', integerIn(1, 100))
  .option('--dial <t>', '0: same cut, any colour; 1: same colour, any cut; default: the model’s', numberIn(0, 1))
  .option(
    '--filter <filter>',
    "which products, such as: price <= 50 AND colour = 'red' (docs/filters.md)",
    filterOption,
  )
  .option('--diversity <d>', '0: the nearest; 1: as different from each other as can be', numberIn(0, 1))
  .option('--category <name>', 'a category with all below it, `same` as the product’s, or `any`')
  .option('--scenario <name>', 'the placement whose stored defaults hold')
  .option('--json', 'print JSON on stdout')
  .action((id: string, { json, ...options }: RecommendationOptions & { json?: true }) =>
    withSession(async ({ database }) => {
      const recommender = openRecommender(database);
      const answer = await recommender.similar(id, options);
      if (json) return printJson(answer);
      print(
        table(
          ['similarity', 'shape', 'colour', 'product', 'title'],
          answer.results.map(({ similarity, productId, title }) => [
            similarity?.total.toFixed(3) ?? '-',
            similarity?.shape.toFixed(3) ?? '-',
            similarity?.colour.toFixed(3) ?? '-',
            productId,
            title ?? '',
          ]),
        ),
      );
      if (answer.filledUp !== null)
        print(
          `${answer.filledUp.given} are of other categories: ${answer.filledUp.categories.join(', ')} had no more.`,
        );
      if (answer.shortfall !== null)
        print(`${answer.shortfall.given} of ${answer.shortfall.asked}: ${answer.shortfall.reason}`);
    }),
  );
