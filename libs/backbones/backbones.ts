import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Artifacts } from '#artifacts';
import { extractorIdOf } from '#embedder';
import { messageOf, WeftError } from '#foundation';
import { type BackboneDescription, descriptionSchema } from './description.js';

export const DESCRIPTION_FILE = 'backbone.json';
export const GRAPH_FILE = 'features.onnx';

/** A registered backbone, and where its feature graph lies. */
export interface BackboneAtHand extends BackboneDescription {
  graphPath: string;
}

/** The brought backbones of a home and its store: a directory each, named by the extractor that it is. They never change. */
export class Backbones {
  readonly directory: string;

  constructor(private readonly artifacts: Artifacts) {
    this.directory = join(artifacts.home, 'backbones');
  }

  /** By name. */
  async list(): Promise<BackboneAtHand[]> {
    const ids = (await this.ids()).map((id) => this.brought(id));
    return (await Promise.all(ids)).sort((one, two) => (one.name < two.name ? -1 : 1));
  }

  /** Extractors that are registered, readable or not. */
  async ids(): Promise<string[]> {
    // One that was removed elsewhere may still lie here.
    const isAlone = this.artifacts.storeName === null;
    const names = isAlone ? this.namesHere() : this.artifacts.namesIn(this.directory, DESCRIPTION_FILE);
    return (await names).filter((name) => /^[0-9a-f]{16}$/.test(name)).sort();
  }

  /** @throws WeftError `backbone-unknown` */
  async named(name: string): Promise<BackboneAtHand> {
    const all = await this.list();
    const found = all.find((backbone) => backbone.name === name);
    if (found !== undefined) return found;
    throw new WeftError('backbone-unknown', `There is no backbone ${name}.`, {
      value: name,
      remedy:
        all.length === 0
          ? 'Register one: weft backbone add NAME --onnx FILE (docs/custom-backbone.md)'
          : `Known: ${all.map((backbone) => backbone.name).join(', ')}. Another one: weft backbone add`,
    });
  }

  /** null: it was never registered here, or was removed. */
  async ofExtractor(extractorId: string): Promise<BackboneAtHand | null> {
    return (await this.ids()).includes(extractorId) ? this.brought(extractorId) : null;
  }

  /** Makes sure that one is here, if the store has it. @throws ArtifactDamaged */
  async bring(extractorId: string): Promise<void> {
    await this.artifacts.bringDirectory(join(this.directory, extractorId), DESCRIPTION_FILE, async (brought) =>
      this.verify(await this.read(brought, extractorId)),
    );
  }

  /** Puts one that is whole, under another name still, into the store. */
  async share(directory: string, extractorId: string): Promise<void> {
    await this.artifacts.shareDirectory(directory, join(this.directory, extractorId), DESCRIPTION_FILE);
  }

  /** @throws WeftError `backbone-damaged` unless the graph is the one that was tried */
  async verify({ name, graphPath, extractorId, settings }: BackboneAtHand): Promise<void> {
    const graph = await readFile(graphPath).catch((cause: unknown) => {
      throw damaged(name, messageOf(cause), cause);
    });
    if (extractorIdOf(graph, settings.inputSize) !== extractorId) throw damaged(name, `${graphPath} was altered`);
  }

  async remove({ extractorId }: BackboneAtHand): Promise<void> {
    const directory = join(this.directory, extractorId);
    await this.artifacts.forgetDirectory(directory, DESCRIPTION_FILE);
    await rm(directory, { recursive: true, force: true });
  }

  private async namesHere(): Promise<string[]> {
    return readdir(this.directory).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    });
  }

  private async brought(extractorId: string): Promise<BackboneAtHand> {
    await this.bring(extractorId);
    return this.read(join(this.directory, extractorId), extractorId);
  }

  private async read(directory: string, extractorId: string): Promise<BackboneAtHand> {
    try {
      const text = await readFile(join(directory, DESCRIPTION_FILE), 'utf8');
      const description = descriptionSchema.parse(JSON.parse(text));
      if (description.extractorId !== extractorId) throw new Error('it describes another one');
      return { ...description, graphPath: join(directory, GRAPH_FILE) };
    } catch (cause) {
      throw damaged(extractorId, `${join(directory, DESCRIPTION_FILE)} cannot be read`, cause);
    }
  }
}

function damaged(name: string, what: string, cause?: unknown): WeftError {
  return new WeftError('backbone-damaged', `The backbone ${name} is damaged: ${what}.`, {
    value: name,
    remedy: 'Restore it from a backup, or remove its directory and add the file again.',
    cause,
  });
}
