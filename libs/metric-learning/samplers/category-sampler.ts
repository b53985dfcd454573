import type { Random } from '#foundation';
import type { Sampler, SamplerPool } from './sampler.js';
import type { StyleSamplerSettings } from './style-sampler.js';
import { drawPhotos, groupByStyle, type Style } from './styles.js';

/** A category of fewer styles can give no negative of its own. */
const LEAST_STYLES = 2;

/**
 * Batches as of the style sampler, each from one category, so that every negative is of the same kind of garment and
 * hard by nature. Styles without a category, and those of categories with a single style, share batches of their own.
 *
 * A round cuts each category's shuffled styles into batches of equal size, P or fewer, and shuffles the batches: each
 * style is drawn once before any is drawn again. A category smaller than P gives smaller batches. A style is of the category of its first row.
 */
export function createCategorySampler(pool: SamplerPool, settings: StyleSamplerSettings, random: Random): Sampler {
  const groups = groupByCategory(groupByStyle(pool), pool.category);
  let round: Style[][] = [];
  return {
    next: () => {
      if (round.length === 0) {
        round = random.shuffled(groups.flatMap((styles) => cut(random.shuffled(styles), settings.stylesPerBatch)));
      }
      return drawPhotos(round.shift() ?? [], settings, random);
    },
  };
}

function groupByCategory(styles: readonly Style[], category: Int32Array): Style[][] {
  const byCategory = new Map<number, Style[]>();
  for (const style of styles) {
    const [firstProduct = []] = style.values();
    const of = category[firstProduct[0] as number] as number;
    byCategory.set(of, [...(byCategory.get(of) ?? []), style]);
  }
  const unknown = byCategory.get(-1) ?? [];
  byCategory.delete(-1);
  const groups = [...byCategory.values()];
  const rest = [...unknown, ...groups.filter(({ length }) => length < LEAST_STYLES).flat()];
  return [...groups.filter(({ length }) => length >= LEAST_STYLES), ...(rest.length === 0 ? [] : [rest])];
}

/** Parts of at most `size` items whose sizes differ by one at most. */
function cut<Item>(items: readonly Item[], size: number): Item[][] {
  const parts = Math.ceil(items.length / size);
  return Array.from({ length: parts }, (_, part) =>
    items.slice(Math.floor((part * items.length) / parts), Math.floor(((part + 1) * items.length) / parts)),
  );
}
