import { WeftError } from '#foundation';
import { allowLoaders, engine } from './engine.js';

allowLoaders(['Svg']);

/**
 * Renders Weft's own drawings. Never give it an SVG from outside.
 *
 * @param options.width of the result in pixels; the height follows from the drawing's proportions
 * @param options.quality of a JPEG, 1..100. @default 88
 * @throws WeftError `svg-broken`
 */
export async function renderSvg(
  svg: string,
  options: { width: number; format: 'jpeg' | 'png'; quality?: number },
): Promise<Uint8Array> {
  const scaled = engine(Buffer.from(svg)).resize({ width: options.width });
  const encoded =
    options.format === 'png'
      ? scaled.png({ compressionLevel: 6 })
      : scaled.flatten({ background: '#fff' }).jpeg({ quality: options.quality ?? 88, optimiseCoding: false });
  try {
    return await encoded.toBuffer();
  } catch (cause) {
    throw new WeftError('svg-broken', 'The drawing cannot be rendered.', { value: svg.slice(0, 200), cause });
  }
}

/**
 * A square tile of pixels as an address that an `<image>` of a drawing can name.
 *
 * @param pixels RGBA, `side` squared
 */
export async function tileAddress(pixels: Uint8ClampedArray, side: number): Promise<string> {
  const png = await engine(Buffer.from(pixels), { raw: { width: side, height: side, channels: 4 } })
    .png()
    .toBuffer();
  return `data:image/png;base64,${png.toString('base64')}`;
}
