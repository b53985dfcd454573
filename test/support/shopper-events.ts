import type { ProductId } from '#foundation';
import { Random } from '#foundation';
import { ARMS, EVENT_TYPES, type NewEvent } from '#shoppers';

const DAY_MS = 86_400_000;

/** An answer that events may carry. */
export interface DrawnAnswer {
  id: string;
  answer: NonNullable<NewEvent['answer']>;
}

/** Generations of drawn answers that are kept, and their models; another one is not. */
export const DRAWN_MODELS = new Map([
  [1, 'the-model'],
  [2, 'another-model'],
  [3, 'the-model'],
]);

/** Answers of two experiments and of none, of some scenarios, generations and rules, over the days before a time. */
export function drawAnswers(random: Random, count: number, now: Date, days: number): DrawnAnswer[] {
  return Array.from({ length: count }, (_, i) => ({
    id: `answer-${i}`,
    answer: {
      // To the second, as ids have it.
      at: new Date(1000 * Math.floor((now.getTime() - random.between(0, days * DAY_MS)) / 1000)),
      generation: 1 + random.int(4),
      scenario: random.pick([null, 'home', 'detail']),
      inExperiment: random.pick([null, { experiment: 1 + random.int(2), arm: random.pick(ARMS) }]),
      rules: random.pick([[], [4], [4, 9]]),
    },
  }));
}

/** Events of a few shoppers and products, many of them of those answers. */
export function drawEvents(random: Random, answers: DrawnAnswer[], count: number, now: Date, days: number): NewEvent[] {
  return Array.from({ length: count }, (_, i) => {
    const told = random.next() < 0.6 ? random.pick(answers) : null;
    const since = told?.answer.at ?? new Date(now.getTime() - days * DAY_MS);
    const at = new Date(Math.floor(random.between(since.getTime(), now.getTime())));
    return {
      shopperId: `shopper-${random.int(12)}`,
      eventId: `e${i}`,
      type: random.pick([...EVENT_TYPES, 'impression', 'impression', 'click'] as const),
      productId: random.pick(['coat', 'dress']) as ProductId,
      at,
      ...{ recommendationId: told?.id ?? null, answer: told?.answer ?? null },
    };
  });
}
