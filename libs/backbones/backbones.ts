import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { extractorIdOf } from '#embedder';
import { messageOf, WeftError } from '#foundation';
import { type BackboneDescription, descriptionSchema } from './description.js';

export const DESCRIPTION_FILE = 'backbone.json';
export const GRAPH_FILE = 'features.onnx';

/** A registered backbone, and where its feature graph lies. */
export interface BackboneAtHand extends BackboneDescription {
  graphPath: string;
}

/** The brought backbones of a home: a directory each, named by the extractor that it is. They never change. */
export class Backbones {
  readonly directory: string;

  constructor(home: string) {
    this.directory = join(home, 'backbones');
  }

  /** By name. */
  async list(): Promise<BackboneAtHand[]> {
    const ids = (await this.ids()).map((id) => this.read(id));
    return (await Promise.all(ids)).sort((one, two) => (one.name < two.name ? -1 : 1));
  }

  /** Extractors that are registered, readable or not. */
  async ids(): Promise<string[]> {
    const names = await readdir(this.directory).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    });
    return names.filter((name) => /^[0-9a-f]{16}$/.test(name)).sort();
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
    return (await this.ids()).includes(extractorId) ? this.read(extractorId) : null;
  }

  /** @throws WeftError `backbone-damaged` unless the graph is the one that was tried */
  async verify({ name, graphPath, extractorId, settings }: BackboneAtHand): Promise<void> {
    const graph = await readFile(graphPath).catch((cause: unknown) => {
      throw damaged(name, messageOf(cause), cause);
    });
    if (extractorIdOf(graph, settings.inputSize) !== extractorId) throw damaged(name, `${graphPath} was altered`);
  }

  async remove({ extractorId }: BackboneAtHand): Promise<void> {
    await rm(join(this.directory, extractorId), { recursive: true, force: true });
  }

  private async read(extractorId: string): Promise<BackboneAtHand> {
    const directory = join(this.directory, extractorId);
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
