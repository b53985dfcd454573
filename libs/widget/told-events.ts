import { ShopperEvents, type WeftClient } from '#client';

const known = new Map<string, ShopperEvents>();

/**
 * What tells a shopper's events, one for all elements of the page that have the same service, key and shopper: they go out
 * together. What became of them is said on the document: `weft-events` (detail: the answer) and `weft-events-failed` (detail:
 * what was thrown).
 */
export function eventsOf(
  weft: WeftClient,
  about: { service: string; key: string | null; shopperId: string },
): ShopperEvents {
  const name = JSON.stringify([about.service, about.key, about.shopperId]);
  let events = known.get(name);
  if (events === undefined) {
    const say = (type: string) => (detail: unknown) => void document.dispatchEvent(new CustomEvent(type, { detail }));
    events = new ShopperEvents(weft, about.shopperId, {
      onTold: say('weft-events'),
      onFailure: say('weft-events-failed'),
    });
    known.set(name, events);
  }
  return events;
}
