import { createWriteStream, mkdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { FEED_HEADER, feedLine, Painter, planCatalogue } from '#drawn-catalogue';

/** Products drawn together: enough to keep the renderer's threads busy. */
const AT_ONCE = 64;

/**
 * Draws a catalogue with the main photo of each product and no others, as most shops have it.
 *
 * @returns path of its feed
 */
export async function drawMainPhotos(
  directory: string,
  { products, seed, said }: { products: number; seed: number; said: (products: number) => void },
): Promise<{ feed: string; offers: number }> {
  mkdirSync(join(directory, 'images'), { recursive: true });
  const painter = await Painter.create();
  const feed = join(directory, 'feed.csv');
  let offers = 0;
  async function* lines(): AsyncGenerator<string> {
    yield FEED_HEADER;
    let drawings: Promise<void>[] = [];
    let drawn = 0;
    for (const product of planCatalogue({ seed, products })) {
      const [main] = product.photos;
      if (main === undefined) throw new Error(`${product.style.id} has no photo.`);
      drawings.push(painter.paint(main).then((jpeg) => writeFile(join(directory, main.path), jpeg)));
      drawn += 1;
      if (drawings.length === AT_ONCE || drawn === products) {
        await Promise.all(drawings);
        drawings = [];
        said(drawn);
      }
      offers += product.offers.length;
      yield product.offers.map((offer) => feedLine({ ...offer, additional_image_link: '' })).join('');
    }
  }
  await pipeline(lines(), createWriteStream(feed));
  return { feed, offers };
}
