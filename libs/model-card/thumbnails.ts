import { type ImageId, sha256 } from '#foundation';
import { thumbnail } from '#imaging';

/** Photos whose bytes are held at once. */
const AT_ONCE = 8;

/** Small pictures of photos, each made once; null where a photo cannot be shown. */
export class Thumbnails {
  private readonly made = new Map<string, Uint8Array | null>();

  constructor(private readonly readPhoto: (id: ImageId) => Promise<Uint8Array | null>) {}

  /** Photos that were asked for and cannot be shown. */
  get missing(): number {
    const missing = [...this.made].filter(([, webp]) => webp === null).map(([key]) => key.split(' ')[0]);
    return new Set(missing).size;
  }

  /** Makes what is not made yet. */
  async prepare(ids: readonly ImageId[], width: number): Promise<void> {
    const wanted = [...new Set(ids)].filter((id) => !this.made.has(`${id} ${width}`));
    for (let at = 0; at < wanted.length; at += AT_ONCE) {
      await Promise.all(
        wanted.slice(at, at + AT_ONCE).map(async (id) => this.made.set(`${id} ${width}`, await this.make(id, width))),
      );
    }
  }

  /** A WebP file; null where the photo is gone or has changed, or was not prepared. */
  of(id: string, width: number): Uint8Array | null {
    return this.made.get(`${id} ${width}`) ?? null;
  }

  /** A photo that is gone costs its picture, never the card: the card says how many there are. */
  private async make(id: ImageId, width: number): Promise<Uint8Array | null> {
    try {
      const bytes = await this.readPhoto(id);
      // Only what an import has decoded before is shown to the decoder.
      if (bytes === null || sha256(bytes) !== id) return null;
      return (await thumbnail(bytes, width)).bytes;
    } catch {
      return null;
    }
  }
}
