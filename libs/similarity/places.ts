/**
 * Orders results of several interests so that each has its share of the places on every first page, however long: each
 * place goes to the interest with the largest remainder, that is the one whose exact share of the places so far exceeds
 * most what it has been given; of equal ones to the first. What an interest cannot fill goes to the others. An answer that
 * is asked for more only grows at its end.
 *
 * @param candidates best first
 * @param weights of the interests, positive
 */
export function inTurn<Found extends { interest: number }>(
  candidates: readonly Found[],
  weights: readonly number[],
): Found[] {
  const queues = weights.map((weight, interest) => ({
    ...{ weight, given: 0, next: 0 },
    waiting: candidates.filter((candidate) => candidate.interest === interest),
  }));
  const placed: Found[] = [];
  while (placed.length < candidates.length) {
    const open = queues.filter(({ next, waiting }) => next < waiting.length);
    const total = open.reduce((sum, { weight, given }) => ({ weight: sum.weight + weight, given: sum.given + given }), {
      weight: 0,
      given: 0,
    });
    const remainderOf = ({ weight, given }: (typeof queues)[number]) =>
      ((total.given + 1) * weight) / total.weight - given;
    const turn = open.reduce((best, queue) => (remainderOf(queue) > remainderOf(best) + 1e-12 ? queue : best));
    placed.push(turn.waiting[turn.next] as Found);
    turn.next += 1;
    turn.given += 1;
  }
  return placed;
}
