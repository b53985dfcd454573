import { Command, InvalidArgumentError } from 'commander';
import { systemClock } from '#foundation';
import { EventService, RecommendationIds } from '#shoppers';
import { integerIn } from '../options.js';
import { print, printJson, table } from '../output.js';
import { type Session, withSession } from '../session.js';

export const shopperCommand = new Command('shopper')
  .description('what is kept of a shopper: show it, erase it')
  .addCommand(
    new Command('show')
      .description('list the events that are kept of a shopper, newest first')
      .argument('<shopper>', 'the id that the storefront gave', shopperId)
      .option('--limit <number>', 'how many', integerIn(1, 100_000), 100)
      .option('--json', 'print JSON on stdout')
      .action((shopperId: string, { limit, json }: { limit: number; json?: true }) =>
        withSession(async (session) => {
          const kept = await eventsOf(session).show(shopperId, limit);
          if (json) return printJson({ shopperId, ...kept });
          const rows = kept.events.map(({ at, type, productId }) => [at.toISOString(), type, productId]);
          print(table(['time', 'event', 'product'], rows));
          if (kept.total > kept.events.length) print(`... and ${kept.total - kept.events.length} more`);
        }),
      ),
  )
  .addCommand(
    new Command('erase')
      .description('remove everything that is kept of a shopper')
      .argument('<shopper>', 'the id that the storefront gave', shopperId)
      .option('--json', 'print JSON on stdout')
      .action((shopperId: string, { json }: { json?: true }) =>
        withSession(async (session) => {
          const erased = await eventsOf(session).erase(shopperId);
          if (json) return printJson({ shopperId, erased });
          print(`${erased} events erased.`);
        }),
      ),
  );

/** Nobody is called nothing: an empty variable of a script must not look like an erasure. */
function shopperId(text: string): string {
  if (text !== '') return text;
  throw new InvalidArgumentError('A shopper has an id.');
}

function eventsOf({ config, database: { shoppers, catalog } }: Session): EventService {
  const ids = new RecommendationIds(() => shoppers.signingKey());
  return new EventService(shoppers, catalog, ids, systemClock, config.eventDays);
}
