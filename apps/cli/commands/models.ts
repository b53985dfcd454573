import { Command } from 'commander';
import { print, printJson, table } from '../output.js';
import { withSession } from '../session.js';

export const modelsCommand = new Command('models')
  .description('list the trained models, newest first, with their generations')
  .option('--json', 'print JSON on stdout')
  .action(({ json }: { json?: true }) =>
    withSession(async ({ database }) => {
      const [models, generations] = await Promise.all([database.generations.models(), database.generations.list()]);
      const listed = models.map((model) => ({
        ...model,
        generations: generations
          .filter(({ modelVersion }) => modelVersion === model.version)
          .map(({ id, state }) => ({ id, state })),
      }));
      if (json) return printJson({ models: listed });
      if (listed.length === 0) return print('No model has been trained yet: weft train');
      print(
        table(
          ['model', 'trained', 'dial', 'generations'],
          listed.map(({ version, createdAt, dial, generations: own }) => [
            ...[version, createdAt.toISOString(), dial],
            own.map(({ id, state }) => `${id} ${state}`).join(', ') || '(none)',
          ]),
        ),
      );
    }),
  );
