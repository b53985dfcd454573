import { ArtifactDamaged } from '#artifacts';
import type { ImageId } from '#foundation';
import { ImageRejected, readImageFile, thumbnail } from '#imaging';
import type { PictureOf } from './audit-page.js';
import type { Session } from './session.js';

/** Width of a page's pictures, in pixels: sharp on screens of two pixels a point. */
const PICTURE_WIDTH = 256;

/** Small pictures of photos, each made once; null for one whose file is gone or broken by now. */
export async function smallPictures(session: Session, imageIds: Iterable<ImageId>): Promise<PictureOf> {
  const pictures = new Map<string, Uint8Array | null>();
  for (const imageId of new Set(imageIds)) pictures.set(imageId, await smallPicture(session, imageId));
  return (imageId) => pictures.get(imageId) ?? null;
}

async function smallPicture({ artifacts, database }: Session, imageId: ImageId): Promise<Uint8Array | null> {
  const source = await database.catalog.imageSource(imageId);
  if (source === null) return null;
  try {
    const bytes = await readImageFile(await artifacts.photoFile(source, imageId));
    return (await thumbnail(bytes, PICTURE_WIDTH)).bytes;
  } catch (error) {
    if (error instanceof ImageRejected || error instanceof ArtifactDamaged) return null;
    throw error;
  }
}
