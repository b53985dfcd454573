import type { KnownFile, LookAtFiles } from './changed-file.js';
import type { Findings, StillOpen } from './findings.js';
import type { RepairStore } from './repair-store.js';

/** Files looked at together. */
const BATCH_FILES = 1_000;

/**
 * Photos of products whose file holds another picture than when it was imported: the products show the new one from now on, as
 * if the feed had been imported again. A file that is gone is no such thing; what was made of it stays.
 */
export async function repairChangedPhotos(
  store: Pick<RepairStore, 'shownFiles' | 'takePhoto'>,
  look: LookAtFiles,
  findings: Findings,
  signal: AbortSignal,
): Promise<void> {
  const found: string[] = [];
  const open: StillOpen[] = [];
  let last: KnownFile | null = null;
  for (;;) {
    signal.throwIfAborted();
    const files: KnownFile[] = await store.shownFiles(last, BATCH_FILES);
    for (const { before, fingerprint, holds } of await look(files)) {
      const { source } = before;
      if ('why' in holds) {
        found.push(source);
        open.push({ what: source, why: `${holds.why} Its products show what it held before.` });
        continue;
      }
      const isTaken = await store.takePhoto(before, holds.photo, fingerprint);
      if (holds.photo.imageId === before.imageId) continue;
      found.push(source);
      if (!isTaken) {
        const why = 'Several files held this picture, and only a feed says which product has which: import it again.';
        open.push({ what: source, why });
      }
    }
    if (files.length < BATCH_FILES) break;
    last = files.at(-1) ?? null;
  }
  findings.addEach('photos-with-other-content', found, open);
}
