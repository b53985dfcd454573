import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Artifacts } from '#artifacts';
import { type Finding, ok, problem } from '#provision';

/** Puts a small file into the store, lists it, reads it and removes it. What the store says against it is the finding. */
export async function lookAtArtifacts(artifacts: Artifacts): Promise<Finding> {
  const { storeName } = artifacts;
  if (storeName === null) return ok('artifacts', 'There is no artifact store: what workers share lies in WEFT_HOME.');
  const value = { store: storeName };
  const directory = await mkdtemp(join(tmpdir(), 'weft-doctor-'));
  try {
    const file = join(directory, 'file');
    const text = randomUUID();
    await writeFile(file, text);
    if (await givesBack(artifacts, file, text))
      return ok('artifacts', `The artifact store ${storeName} can be written, listed and read.`, value);
    const sentence = `The artifact store ${storeName} does not give what was put into it.`;
    return problem('artifacts', sentence, 'Use a store that can be read at once after it was written.', value);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** Whether the store lists a file and gives its bytes as soon as it has it. Leaves nothing there. */
async function givesBack(artifacts: Artifacts, file: string, text: string): Promise<boolean> {
  const directory = join(artifacts.home, 'doctor');
  const path = join(directory, text);
  await artifacts.share(file, path);
  try {
    const names = await artifacts.namesIn(directory);
    const read = await artifacts.newest(path);
    return names.includes(text) && read !== null && Buffer.from(read).toString() === text;
  } finally {
    await artifacts.forget(path);
  }
}
