import type { PhotoAnswer, RetrievalSet } from '#evaluation';
import { Random, stableFraction } from '#foundation';

/** Photos to show with their answers. */
export interface ChosenAnswers {
  /** Drawn by chance: what is to be expected. */
  drawn: PhotoAnswer[];
  /** Those whose first right answer comes last: what goes wrong, worst first. */
  worst: PhotoAnswer[];
}

/**
 * A choice that nobody can make look better: photos drawn by the model's version, and the worst of all others. Only photos
 * with something to find are asked, and each style is shown once.
 *
 * @param count of each kind at most
 */
export function chooseQueries(
  answers: readonly PhotoAnswer[],
  set: Pick<RetrievalSet, 'styles'>,
  version: string,
  count: number,
): ChosenAnswers {
  const asked = answers.filter(({ firstOfStyle }) => firstOfStyle !== null);
  const shown = new Set<string>();
  const take = (ordered: readonly PhotoAnswer[]) => {
    const taken: PhotoAnswer[] = [];
    for (const answer of ordered) {
      const style = set.styles[answer.query] ?? '';
      if (taken.length === count || shown.has(style)) continue;
      shown.add(style);
      taken.push(answer);
    }
    return taken;
  };
  const random = new Random(Math.floor(stableFraction('photos of the card', version) * 2 ** 32));
  const drawn = take(random.shuffled(asked));
  const missed = asked.filter(({ firstOfStyle }) => (firstOfStyle ?? 1) > 1);
  return {
    drawn,
    worst: take(missed.sort((a, b) => (b.firstOfStyle ?? 0) - (a.firstOfStyle ?? 0) || a.query - b.query)),
  };
}
