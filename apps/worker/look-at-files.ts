import { inspectSource } from '#catalog';
import type { JobId } from '#foundation';
import type { ChangedFile, KnownFile, LookAtFiles } from '#repair';
import type { Features } from './features.js';

/** Looks at files by size and time, and reads those that have changed; the features of what they hold now go into the cache. */
export function filesLookedAt(features: Features, job: JobId): LookAtFiles {
  return async (files) => {
    const states = await Promise.all(files.map(({ source }) => inspectSource(source, null)));
    const changed = files.flatMap((file, at): { file: KnownFile; fingerprint: string }[] => {
      const { fingerprint } = states[at] ?? { fingerprint: '' };
      return fingerprint === '' || fingerprint === file.fingerprint ? [] : [{ file, fingerprint }];
    });
    if (changed.length === 0) return [];
    const reader = await features.sharedReader(await features.ofWeft(), job);
    const readings = await reader.read(
      changed.map(({ file }) => file.source),
      null,
    );
    return changed.map(({ file, fingerprint }): ChangedFile => {
      const reading = readings.get(file.source);
      if (reading === undefined) throw new Error(`The photo reader forgot ${file.source}.`);
      const { source } = file;
      const holds = 'ok' in reading ? { photo: { ...reading.ok, source } } : { why: reading.rejected.message };
      return { before: file, fingerprint, holds };
    });
  };
}
