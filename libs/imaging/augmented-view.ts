import { engine } from './engine.js';

/** Share of the side that the view shows: one walks a step closer. */
const SHOWN = 0.88;

/**
 * Another view of a photo, for training alone: mirrored, and from a little closer. Nothing else: colours stay what they are but
 * for the scaling, and a garment keeps its cut.
 *
 * @param pixels canonical pixels, RGB `[side, side, 3]`
 * @returns the same size
 */
export async function augmentedView(pixels: Uint8Array): Promise<Uint8Array> {
  const side = Math.sqrt(pixels.length / 3);
  const shown = Math.round(side * SHOWN);
  const from = Math.floor((side - shown) / 2);
  const { data } = await engine(pixels, { raw: { width: side, height: side, channels: 3 } })
    .extract({ left: from, top: from, width: shown, height: shown })
    .resize(side, side)
    .flop()
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  return new Uint8Array(data);
}
