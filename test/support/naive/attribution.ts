import type { Grouping } from '#attribution';
import type { NewEvent } from '#shoppers';

const DAY_MS = 86_400_000;

/** What one shopper saw of a group, and did. */
interface ShopperSums {
  shown: number;
  open: number;
  unseen: number;
  click: number;
  wishlist: number;
  cart: number;
  purchase: number;
}

/**
 * Rates by loops over all events: of each group the shoppers, and for each of them what was shown and what followed.
 *
 * @param models of generations
 */
export function naiveSums(
  events: NewEvent[],
  by: Grouping,
  span: { from: Date; until: Date },
  windowDays: number,
  now: Date,
  models: ReadonlyMap<number, string>,
): Map<string, ShopperSums[]> {
  const window = windowDays * DAY_MS;
  const time = ({ at }: NewEvent) => at.getTime();
  const units: { key: string; events: NewEvent[] }[] = [];
  for (const event of events) {
    if (event.answer === null) continue;
    const key = JSON.stringify([event.shopperId, event.recommendationId, event.productId]);
    const unit = units.find((one) => one.key === key);
    if (unit) unit.events.push(event);
    else units.push({ key, events: [event] });
  }
  // What each wish, cart and purchase is owed to.
  const led = new Set<string>();
  for (const event of events) {
    if (!['wishlist', 'cart', 'purchase'].includes(event.type)) continue;
    let answer = event.recommendationId;
    if (event.answer === null || time(event) > event.answer.at.getTime() + window) {
      const clicks = events.filter(
        (click) =>
          click.type === 'click' &&
          click.answer !== null &&
          time(click) <= click.answer.at.getTime() + window &&
          click.shopperId === event.shopperId &&
          click.productId === event.productId &&
          time(click) <= time(event) &&
          time(click) >= time(event) - window,
      );
      clicks.sort((a, b) => time(b) - time(a) || (a.eventId > b.eventId ? -1 : 1));
      answer = clicks[0]?.recommendationId ?? null;
    }
    if (answer !== null) led.add(JSON.stringify([event.type, event.shopperId, answer, event.productId]));
  }
  const groups = new Map<string, Map<string, ShopperSums>>();
  for (const { events: told } of units) {
    const at = told[0]!.answer!.at.getTime();
    if (at < span.from.getTime() || at >= span.until.getTime()) continue;
    const [{ shopperId, recommendationId, productId, answer }] = told as [NewEvent];
    const { scenario, generation, inExperiment, rules } = answer!;
    const keys: unknown[] =
      by === 'scenario'
        ? [scenario]
        : by === 'model'
          ? [models.get(generation) ?? null]
          : by === 'experiment'
            ? inExperiment === null
              ? []
              : [[inExperiment.experiment, inExperiment.arm]]
            : rules.length === 0
              ? [null]
              : rules;
    for (const key of keys) {
      const shoppers = groups.get(JSON.stringify(key)) ?? new Map<string, ShopperSums>();
      groups.set(JSON.stringify(key), shoppers);
      const sums = shoppers.get(shopperId) ?? {
        ...{ shown: 0, open: 0, unseen: 0, click: 0, wishlist: 0, cart: 0, purchase: 0 },
      };
      shoppers.set(shopperId, sums);
      if (!told.some(({ type }) => type === 'impression')) {
        sums.unseen += 1;
        continue;
      }
      sums.shown += 1;
      if (at > now.getTime() - window) sums.open += 1;
      if (told.some((event) => event.type === 'click' && time(event) <= at + window)) sums.click += 1;
      for (const action of ['wishlist', 'cart', 'purchase'] as const) {
        if (led.has(JSON.stringify([action, shopperId, recommendationId, productId]))) sums[action] += 1;
      }
    }
  }
  return new Map([...groups].map(([key, shoppers]) => [key, [...shoppers.values()]]));
}
