import type { Random } from '#foundation';
import { type DrawnProduct, type FeedRow, offersOf } from './feed.js';
import type { NamedColour } from './palette.js';
import { cornerPlan, furtherShot, mainPose, mainShot, type Pose, type Shot } from './shot.js';
import { designStyle, streamOf, type Style } from './style.js';

/** Share of products that have one photo only, as most real products do. */
const SINGLE_PHOTO_SHARE = 0.6;

/** A photo still to be drawn. */
export interface PlannedPhoto {
  /** Relative to the feed's directory. */
  path: string;
  style: Style;
  colour: NamedColour;
  shot: Shot;
}

/** A product, its rows of the feed and its photos. */
export interface PlannedProduct extends DrawnProduct {
  offers: FeedRow[];
  photos: PlannedPhoto[];
}

/**
 * The products of a catalogue one after another, colours of a style together. The same seed gives the same ones on every
 * machine, and a smaller catalogue is the beginning of a larger one.
 */
export function* planCatalogue(options: { seed: number; products: number }): Generator<PlannedProduct> {
  let planned = 0;
  for (let index = 0; planned < options.products; index += 1) {
    const style = designStyle(options.seed, index);
    const random = streamOf(options.seed, -1e6 - index);
    const pose = mainPose(random);
    const nextCorner = cornerPlan(random);
    for (const colour of style.colours) {
      if (planned === options.products) return;
      planned += 1;
      yield planProduct(style, colour, { pose, nextCorner, random });
    }
  }
}

function planProduct(
  style: Style,
  colour: NamedColour,
  { pose, nextCorner, random }: { pose: Pose; nextCorner: () => number; random: Random },
): PlannedProduct {
  const further = random.next() < SINGLE_PHOTO_SHARE ? 0 : 1 + random.int(2);
  const shots = [
    mainShot(pose, style.kind.stages, nextCorner(), random),
    ...Array.from({ length: further }, () => furtherShot(style.kind.stages, nextCorner(), random)),
  ];
  const photos = shots.map((shot, view) => ({
    path: `images/${style.id}-${colour.name.toLowerCase()}-${view + 1}.jpg`,
    style,
    colour,
    shot,
  }));
  const product = { style, colour, images: photos.map(({ path }) => path) };
  return { ...product, photos, offers: offersOf(product, random) };
}
