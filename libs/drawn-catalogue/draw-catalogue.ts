import { createWriteStream, existsSync } from 'node:fs';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { makeDirectory, messageOf, type ProgressListener, WeftError } from '#foundation';
import { DRAWING_VERSION } from './drawing-version.js';
import { FEED_HEADER, feedLine } from './feed.js';
import { Painter } from './painter.js';
import { type PlannedPhoto, planCatalogue } from './plan.js';

/** Drawings rendered at once: sharp works in its own four threads, a few more in flight keep them busy. */
const IN_FLIGHT = 6;

/** What {@link drawCatalogue} made. */
export interface DrawnCatalogue {
  /** Absolute path of feed.csv; the photos lie in images/ beside it. */
  feedPath: string;
  styles: number;
  products: number;
  offers: number;
  images: number;
  /** Of the images, those that an earlier, unfinished drawing had left. */
  kept: number;
}

/**
 * Draws a sample catalogue: a Google Merchant feed and its photos, garments made of parametric SVG shapes. It says in
 * brand, title and description that it is drawn. The same seed writes the same feed, byte by byte, and a smaller catalogue
 * is the beginning of a larger one. Products are drawn one after another: memory does not grow with their number.
 *
 * A drawing that was ended early goes on where it was when it is called again for the same directory and seed.
 *
 * @param options.directory is made if missing; photos of another seed are drawn over
 * @param options.seed any integer. @default 1
 * @param options.products number of products: colours of a style, 2 or 3 of each. @default 320
 * @throws WeftError `drawing-unwritable`
 */
export async function drawCatalogue(options: {
  directory: string;
  seed?: number;
  products?: number;
  report?: ProgressListener;
}): Promise<DrawnCatalogue> {
  const { directory, seed = 1, products = 320, report } = options;
  try {
    const isBegun = await begin(directory, seed);
    return await draw({ directory, seed, products, isBegun, report });
  } catch (cause) {
    if (cause instanceof WeftError) throw cause;
    throw new WeftError('drawing-unwritable', `The catalogue cannot be drawn: ${messageOf(cause)}`, {
      value: directory,
      remedy: 'Name a directory on a disk with room that you may write to.',
      cause,
    });
  }
}

/** Prepares the directory. Whether photos that lie there are of the same drawing. */
async function begin(directory: string, seed: number): Promise<boolean> {
  const marker = join(directory, 'drawing.json');
  const identity = `${JSON.stringify({ drawing: DRAWING_VERSION, seed })}\n`;
  if ((await readFile(marker, 'utf8').catch(() => null)) === identity) return true;
  await rm(marker, { force: true });
  await rm(join(directory, 'images'), { recursive: true, force: true });
  makeDirectory(join(directory, 'images'));
  await writeFile(marker, identity);
  return false;
}

async function draw(options: {
  directory: string;
  seed: number;
  products: number;
  isBegun: boolean;
  report: ProgressListener | undefined;
}): Promise<DrawnCatalogue> {
  const { directory, seed, products, isBegun, report } = options;
  const feedPath = join(directory, 'feed.csv');
  const painter = await Painter.create();
  const counts = { styles: 0, products: 0, offers: 0, images: 0, kept: 0 };
  const inFlight = new Set<Promise<void>>();
  let last = '';

  async function drawPhoto(photo: PlannedPhoto): Promise<void> {
    const file = join(directory, photo.path);
    if (isBegun && existsSync(file)) counts.kept += 1;
    else {
      // Renamed when it is whole: what lies there after a kill is a photo.
      await writeFile(`${file}.part`, await painter.paint(photo));
      await rename(`${file}.part`, file);
    }
    counts.images += 1;
  }

  async function* lines(): AsyncGenerator<string> {
    yield FEED_HEADER;
    for (const product of planCatalogue({ seed, products })) {
      for (const photo of product.photos) {
        while (inFlight.size >= IN_FLIGHT) await Promise.race(inFlight);
        const drawing = drawPhoto(photo).finally(() => inFlight.delete(drawing));
        inFlight.add(drawing);
      }
      counts.products += 1;
      counts.offers += product.offers.length;
      if (product.style.id !== last) counts.styles += 1;
      last = product.style.id;
      report?.({
        stage: 'drawing',
        fraction: counts.products / products,
        message: `Drew ${counts.products} of ${products} products`,
      });
      yield product.offers.map(feedLine).join('');
    }
    await Promise.all(inFlight);
  }

  await pipeline(lines(), createWriteStream(`${feedPath}.part`));
  // Last: whoever finds a feed finds all of its photos.
  await rename(`${feedPath}.part`, feedPath);
  return { feedPath, ...counts };
}
