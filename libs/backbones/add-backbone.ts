import { constants, open, readFile, rm } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { basename, join } from 'node:path';
import { compiledFile } from '#config';
import { extractorIdOf } from '#embedder';
import {
  type BackboneSettings,
  type Clock,
  DEFAULT_LAYOUT,
  makeDirectory,
  messageOf,
  partialName,
  syncFile,
  renameDurably,
  WeftError,
  writeDurably,
} from '#foundation';
import { z } from 'zod';
import { type BackboneAtHand, type Backbones, DESCRIPTION_FILE, GRAPH_FILE } from './backbones.js';
import { type BackboneDescription, descriptionSchema } from './description.js';
import { runLimited } from './limited-process.js';
import type { BackboneLimits } from './limits.js';
import { tryGraph } from './trial.js';

/** A backbone to register. */
export interface BroughtBackbone {
  name: string;
  /** The `.onnx` file. */
  file: string;
  settings: BackboneSettings;
}

/**
 * Registers a backbone under a name: copies the file, reads it in a process of its own, builds the feature graph around it,
 * tries that in another. Nothing of the file is read in this process, and nothing is left of one that is refused.
 *
 * @throws WeftError `backbone-refused` with what is wrong about the file, `backbone-exists`
 */
export async function addBackbone(
  backbones: Backbones,
  { name, file, settings }: BroughtBackbone,
  { limits, clock, report }: { limits: BackboneLimits; clock: Clock; report: (line: string) => void },
): Promise<BackboneAtHand> {
  makeDirectory(backbones.directory);
  const work = partialName(join(backbones.directory, name));
  makeDirectory(work);
  try {
    const copy = join(work, 'brought.onnx');
    report('Copying the file.');
    const brought = await copyLimited(file, copy, limits.fileBytes);
    report('Reading it, in a process of its own.');
    const graphPath = join(work, GRAPH_FILE);
    await compose(copy, graphPath, settings, limits);
    await rm(copy);
    report('Trying it, in a process of its own.');
    const trial = await tryGraph(graphPath, settings.inputSize, limits);
    const extractorId = extractorIdOf(await readFile(graphPath), settings.inputSize);
    const description = descriptionSchema.parse({
      format: 'weft-backbone-1',
      name,
      settings,
      file: brought,
      extractorId,
      layout: { shape: trial.width - DEFAULT_LAYOUT.colour, colour: DEFAULT_LAYOUT.colour },
      trial,
      addedAt: clock.now().toISOString(),
    } satisfies BackboneDescription);
    const known = (await backbones.list()).find((other) => other.name === name || other.extractorId === extractorId);
    if (known !== undefined) {
      if (known.name === name && known.extractorId === extractorId) return known;
      throw exists(known, name);
    }
    await writeDurably(join(work, DESCRIPTION_FILE), Buffer.from(`${JSON.stringify(description, null, 2)}\n`));
    await syncFile(graphPath);
    await backbones.share(work, extractorId);
    const directory = join(backbones.directory, extractorId);
    await renameDurably(work, directory);
    return { ...description, graphPath: join(directory, GRAPH_FILE) };
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function compose(
  file: string,
  graphPath: string,
  settings: BackboneSettings,
  limits: BackboneLimits,
): Promise<void> {
  const trainer = compiledFile(import.meta.url, '../../apps/trainer/main.js');
  const args = ['compose', '--onnx', file, '--settings', JSON.stringify(settings), '--out', graphPath];
  await runLimited('Reading', trainer, args, z.strictObject({ written: z.literal(true) }), limits);
}

/** Only regular files, and never more than is allowed, even where the file grows meanwhile. */
async function copyLimited(from: string, to: string, mostBytes: number): Promise<BackboneDescription['file']> {
  const source = await open(from, constants.O_RDONLY | constants.O_NONBLOCK).catch((cause: unknown) => {
    throw new WeftError('backbone-refused', `The file ${from} cannot be read: ${messageOf(cause)}.`, {
      value: from,
      cause,
    });
  });
  try {
    const { size } = await requireRegular(source, from);
    if (size > mostBytes) throw tooLarge(size, mostBytes);
    const hash = createHash('sha256');
    let bytes = 0;
    const target = await open(to, 'wx', 0o600);
    try {
      for await (const chunk of source.createReadStream({ autoClose: false }) as AsyncIterable<Buffer>) {
        bytes += chunk.length;
        if (bytes > mostBytes) throw tooLarge(bytes, mostBytes);
        hash.update(chunk);
        await target.writeFile(chunk);
      }
    } finally {
      await target.close();
    }
    return { name: basename(from), bytes, sha256: hash.digest('hex') };
  } finally {
    await source.close();
  }
}

async function requireRegular(file: Awaited<ReturnType<typeof open>>, path: string) {
  const found = await file.stat();
  if (found.isFile()) return found;
  throw new WeftError('backbone-refused', `${path} is no regular file.`, { value: path });
}

function tooLarge(bytes: number, most: number): WeftError {
  return new WeftError('backbone-refused', `The file has ${bytes} bytes; ${most} are allowed.`, {
    value: bytes,
    remedy: 'Export a smaller backbone.',
  });
}

function exists(known: BackboneAtHand, name: string): WeftError {
  const sentence =
    known.name === name
      ? `There is another backbone called ${name}.`
      : `This file with these settings is registered already, as ${known.name}.`;
  return new WeftError('backbone-exists', sentence, {
    value: known.name,
    remedy:
      known.name === name ? `Choose another name, or weft backbone remove ${name}` : `Use the name ${known.name}.`,
  });
}
