import { createHash } from 'node:crypto';
import type { Experiment, Tally } from '#experiments';
import type { Arm, NewEvent } from '#shoppers';

const DAY_MS = 86_400_000;

/** Counts an experiment by loops over all events. */
export function naiveTally(experiment: Experiment, events: NewEvent[], until: Date): Tally {
  const { id, salt, treatmentShare, metric, windowDays, needed } = experiment;
  const isOf = (event: NewEvent) => event.answer?.inExperiment?.experiment === id;
  const shoppers = [...new Set(events.map(({ shopperId }) => shopperId))].flatMap((shopperId) => {
    const mine = events.filter((event) => event.shopperId === shopperId);
    const seen = mine.filter((event) => event.type === 'impression' && isOf(event) && event.at <= until);
    if (seen.length === 0) return [];
    const first = Math.min(...seen.map(({ at }) => at.getTime()));
    const last = first + windowDays * DAY_MS;
    const inWindow = seen.filter(({ at }) => at.getTime() <= last);
    const hit = mine.some(
      (event) =>
        event.type === metric &&
        (metric !== 'click' || isOf(event)) &&
        event.at.getTime() >= first &&
        event.at.getTime() <= last,
    );
    const arms = new Set(inWindow.map(({ answer }) => answer!.inExperiment!.arm));
    return [{ shopperId, first, isOver: last <= until.getTime(), hit, arms }];
  });
  const isOfArm = (shopperId: string, arm: Arm) => {
    const digest = createHash('sha256').update(`${salt}\0${shopperId}`).digest('hex');
    return parseInt(digest.slice(0, 8), 16) / 2 ** 32 < treatmentShare === (arm === 'treatment');
  };
  const isIn = (arm: Arm) => (shopper: (typeof shoppers)[number]) =>
    shopper.arms.size === 1 && shopper.arms.has(arm) && isOfArm(shopper.shopperId, arm);
  const fullAt = (arm: Arm) => {
    const times = shoppers.filter((shopper) => isIn(arm)(shopper) && shopper.isOver).map(({ first }) => first);
    return times.sort((a, b) => a - b)[needed[arm] - 1] ?? Infinity;
  };
  const horizon = Math.max(fullAt('control'), fullAt('treatment'));
  const counted = shoppers.filter(({ first }) => first <= horizon);
  const tallyOf = (arm: Arm) => {
    const observed = counted.filter((shopper) => isIn(arm)(shopper) && shopper.isOver);
    return {
      ...{ exposed: counted.filter(isIn(arm)).length, observed: observed.length },
      hits: observed.filter(({ hit }) => hit).length,
    };
  };
  return {
    isFull: horizon < Infinity,
    arms: { control: tallyOf('control'), treatment: tallyOf('treatment') },
    strayed: counted.filter((shopper) => !isIn('control')(shopper) && !isIn('treatment')(shopper)).length,
  };
}
