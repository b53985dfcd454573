import type { Random } from '#foundation';
import { type Fault, type Work, WORKS } from './faults.js';

/** One fault in the middle of one piece of work. */
export interface Instant {
  work: Work;
  fault: Fault;
  /** Share of the undisturbed time after which it strikes. */
  at: number;
}

/** Every fault as often as the others, and within it every work; instants and order are of chance, drawn from the seed. */
export function planOf(faults: readonly Fault[], instants: number, random: Random): Instant[] {
  const decks = new Map<Fault, Work[]>();
  const nextWork = (fault: Fault): Work => {
    if (fault === 'trainer') return 'trainings';
    const deck = decks.get(fault) ?? [];
    if (deck.length === 0) deck.push(...random.shuffled(WORKS));
    decks.set(fault, deck);
    return deck.pop()!;
  };
  return Array.from({ length: instants }, (_, i) => {
    const fault = faults[i % faults.length]!;
    return { work: nextWork(fault), fault, at: random.next() };
  });
}
