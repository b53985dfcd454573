/**
 * Draws shops with two models whose true difference is known, has the gate judge each, and prints how often it says what: the table
 * of docs/decisions/promotion-gate.md. Asserts nothing.
 *
 *   npm run bench:gate -- --shops 1000
 */
import { parseArgs } from 'node:util';
import { judgeOutcomes, MARGIN } from '#evaluation';
import { Random } from '#foundation';
import { drawnOutcomes, outcomes } from '../test/support/drawn-outcomes.js';

const SIZES = [10, 20, 40, 100, 200, 500, 2_000];
const EFFECTS = [0, -MARGIN / 2, -MARGIN, -2 * MARGIN, MARGIN];
/** Drawn styles of each size and effect at most: large shops vary less, and take longer. */
const MOST_STYLES = 100_000;

const { values } = parseArgs({ options: { shops: { type: 'string', default: '1000' } } });
const nothing = outcomes([]);
const baselines = { candidate: nothing, models: { untrained: nothing, backbone: nothing, histogram: nothing } };

print('styles', 'effect', 'shops', 'better', 'no-worse', 'undecided', 'worse');
for (const styles of SIZES) {
  for (const effect of EFFECTS) {
    const shops = Math.min(Number(values.shops), Math.ceil(MOST_STYLES / styles));
    const random = new Random(styles + Math.round(1e4 * effect));
    const counts = { better: 0, 'no-worse': 0, undecided: 0, worse: 0 };
    for (let shop = 0; shop < shops; shop += 1) {
      const { candidate, active, categoryOf } = drawnOutcomes({ styles, effect }, random);
      const judgement = judgeOutcomes(categoryOf, candidate, active, baselines);
      if (judgement !== null) counts[judgement.outcome] += 1 / shops;
    }
    const shares = [counts.better, counts['no-worse'], counts.undecided, counts.worse];
    print(styles, effect.toFixed(2), shops, ...shares.map((share) => share.toFixed(3)));
  }
}

function print(...cells: (string | number)[]): void {
  process.stdout.write(`${cells.map((cell) => String(cell).padStart(9)).join(' ')}\n`);
}
