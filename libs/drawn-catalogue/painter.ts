import { renderSvg, tileAddress } from '#imaging';
import { drawPicture } from './picture.js';
import type { PlannedPhoto } from './plan.js';
import { type Texture, TEXTURES, TILE, tilePixels } from './texture.js';

/** Width of a photo in pixels; it is a fifth higher. */
const PHOTO_WIDTH = 400;

/** Renders photos, with the tiles of the textures made once. */
export class Painter {
  private constructor(private readonly tiles: ReadonlyMap<Texture, string>) {}

  static async create(): Promise<Painter> {
    const tiles = new Map<Texture, string>();
    for (const texture of TEXTURES) {
      const pixels = tilePixels(texture);
      if (pixels !== null) tiles.set(texture, await tileAddress(pixels, TILE));
    }
    return new Painter(tiles);
  }

  /** A JPEG. */
  paint({ style, colour, shot }: PlannedPhoto, width = PHOTO_WIDTH): Promise<Uint8Array> {
    const drawing = drawPicture(style, colour, shot, (texture) => this.tiles.get(texture) ?? null);
    return renderSvg(drawing, { width, format: 'jpeg' });
  }
}
