import type { ImageId } from '#foundation';
import type { ClientBase, Pool } from 'pg';

/** What a photo looks like; #imaging's PictureLook. */
interface Look {
  hash: Uint8Array; // [32]
  grid: Uint8Array; // [14, 14, 3]
  detail: number;
}

/** Keeps what photos look like. A photo is named by its content, so what is there already is right;
 * one that is no longer known is left out. */
export async function saveLooks(
  client: Pick<ClientBase, 'query'> | Pool,
  photos: readonly { imageId: ImageId; look: Look }[],
): Promise<void> {
  await client.query(
    `INSERT INTO image_look (image_id, hash, grid, detail)
     SELECT given.* FROM unnest($1::text[], $2::bytea[], $3::bytea[], $4::smallint[]) AS given (image_id, hash, grid, detail)
     JOIN image USING (image_id) ON CONFLICT DO NOTHING`,
    [
      photos.map(({ imageId }) => imageId),
      photos.map(({ look }) => Buffer.from(look.hash)),
      photos.map(({ look }) => Buffer.from(look.grid)),
      photos.map(({ look }) => look.detail),
    ],
  );
}
