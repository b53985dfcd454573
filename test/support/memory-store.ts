import { readFile } from 'node:fs/promises';
import type { ArtifactStore } from '#artifacts';

/** A store that keeps its objects in memory, under any keys, and tells in which order it was written to. */
export class MemoryStore implements ArtifactStore {
  readonly name = 'memory';
  readonly objects = new Map<string, { bytes: Buffer; changedAt: Date }>();
  readonly puts: string[] = [];
  readonly removals: string[] = [];

  /** @param objects what is in it, by key */
  constructor(objects: Record<string, string> = {}) {
    for (const [key, text] of Object.entries(objects)) this.keep(key, Buffer.from(text));
  }

  async put(key: string, file: string): Promise<void> {
    const bytes = await readFile(file);
    this.puts.push(key);
    this.keep(key, bytes);
  }

  async read(key: string): Promise<AsyncIterable<Uint8Array> | null> {
    const object = this.objects.get(key);
    if (object === undefined) return null;
    return (async function* () {
      yield object.bytes;
    })();
  }

  async sizeOf(key: string): Promise<number | null> {
    return this.objects.get(key)?.bytes.length ?? null;
  }

  async *list(directory: string): ReturnType<ArtifactStore['list']> {
    for (const [key, { bytes, changedAt }] of [...this.objects])
      if (key.startsWith(`${directory}/`)) yield { key, bytes: bytes.length, changedAt };
  }

  async remove(key: string): Promise<void> {
    this.removals.push(key);
    this.objects.delete(key);
  }

  private keep(key: string, bytes: Buffer): void {
    this.objects.set(key, { bytes, changedAt: new Date() });
  }
}
