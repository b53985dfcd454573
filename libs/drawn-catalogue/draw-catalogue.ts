import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ProgressListener, Random } from '#foundation';
import { renderSvg } from '#imaging';
import { type DrawnProduct, feedCsv, offersOf } from './feed.js';
import { drawPicture } from './picture.js';
import { cornerPlan, furtherShot, mainPose, mainShot } from './shot.js';
import { designStyles } from './style.js';

/** Share of products that have one photo only, as most real products do. */
const SINGLE_PHOTO_SHARE = 0.6;
const PHOTO_WIDTH = 400;
/** Drawings rendered at once: sharp works in its own threads, a few in flight keep them busy. */
const IN_FLIGHT = 4;

/** What {@link drawCatalogue} made. */
export interface DrawnCatalogue {
  /** Absolute path of feed.csv; the photos lie in images/ beside it. */
  feedPath: string;
  styles: number;
  products: number;
  offers: number;
  images: number;
}

/** A photo still to be rendered. */
export interface PlannedPhoto {
  /** Relative to the feed's directory. */
  path: string;
  svg: string;
}

/** The whole catalogue as text: rows and drawings. The same seed gives the same text. */
export function planCatalogue(options: { seed: number; styles: number }): {
  products: DrawnProduct[];
  csv: string;
  offers: number;
  photos: PlannedPhoto[];
} {
  const random = new Random(options.seed);
  const photos: PlannedPhoto[] = [];
  const products = designStyles(options.styles, random.fork()).flatMap((style) => {
    const own = random.fork();
    const pose = mainPose(own);
    const nextCorner = cornerPlan(own);
    return style.colours.map((colour): DrawnProduct => {
      const further = own.next() < SINGLE_PHOTO_SHARE ? 0 : 1 + own.int(2);
      const shots = [
        mainShot(pose, nextCorner(), own),
        ...Array.from({ length: further }, () => furtherShot(nextCorner(), own)),
      ];
      const images = shots.map((shot, view) => {
        const path = `images/${style.id}-${colour.name.toLowerCase()}-${view + 1}.jpg`;
        photos.push({ path, svg: drawPicture(style, colour, shot) });
        return path;
      });
      return { style, colour, images };
    });
  });
  const rows = products.flatMap((product) => offersOf(product, random));
  return { products, csv: feedCsv(rows), offers: rows.length, photos };
}

/**
 * Draws a sample catalogue: a Google Merchant feed and its photos, garments made of parametric SVG shapes. It says in
 * brand, title and description that it is drawn. The same seed writes the same feed, byte by byte.
 *
 * @param options.directory is made if missing; files of an earlier drawing are overwritten
 * @param options.seed any integer. @default 1
 * @param options.styles number of styles, each in 3 to 5 colours. @default 60
 */
export async function drawCatalogue(options: {
  directory: string;
  seed?: number;
  styles?: number;
  report?: ProgressListener;
}): Promise<DrawnCatalogue> {
  const { directory, seed = 1, styles = 60, report } = options;
  const plan = planCatalogue({ seed, styles });
  await mkdir(join(directory, 'images'), { recursive: true });
  let done = 0;
  const queue = plan.photos.values();
  const draw = async (): Promise<void> => {
    for (const photo of queue) {
      await writeFile(join(directory, photo.path), await renderSvg(photo.svg, { width: PHOTO_WIDTH, format: 'jpeg' }));
      done += 1;
      report?.({
        stage: 'drawing',
        fraction: done / plan.photos.length,
        message: `Drew ${done} of ${plan.photos.length} photos`,
      });
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, draw));
  const feedPath = join(directory, 'feed.csv');
  // Last: whoever finds a feed finds all of its photos.
  await writeFile(feedPath, plan.csv);
  return {
    feedPath,
    styles,
    products: plan.products.length,
    offers: plan.offers,
    images: plan.photos.length,
  };
}
