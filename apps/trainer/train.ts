import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { auditSummarySchema } from '#audit';
import { type ComputeDescription, openBackend } from '#compute';
import { readSnapshot, type TrainerMessage } from '#datasets';
import { extractorIdOf, writeBundle } from '#embedder';
import { DEVICES, WASM_COST, messageOf, trainingSettingsSchema, WeftError } from '#foundation';
import { CANONICAL_SIZE, preprocessingOf } from '#imaging';
import { buildEncoderGraph, buildHeadsGraph } from '#networks';
import { CheckpointFile, trainQuick, TripletFiles } from '#training';
import { z } from 'zod';
import { featuresOfPictures, requireParity } from './parity.js';

const path = z
  .string()
  .min(1)
  .transform((text) => resolve(text));

function jsonIn(text: string, context: z.RefinementCtx): unknown {
  try {
    return JSON.parse(text);
  } catch {
    context.addIssue({ code: 'custom', message: 'must be JSON' });
    return z.NEVER;
  }
}

/** The clock of `performance.now()` begins with the process. */
const PROCESS_START = 0;
/** Building, checking and writing the bundle, in runs of the feature graph on as many pictures as the check takes. */
const EXPORT_FACTOR = 2;

/** The command line of `train`. */
const trainOptionsSchema = z.object({
  snapshot: path,
  secondSnapshot: path.optional(),
  out: path,
  /** JSON; empty: every default. */
  settings: z.string().transform(jsonIn).pipe(trainingSettingsSchema),
  /** JSON. */
  audit: z.string().default('null').transform(jsonIn).pipe(auditSummarySchema.nullable()),
  /** `20261124-093000-1a2b3c4d`: time of training and content hash. */
  version: z.string().regex(/^\d{8}-\d{6}-[0-9a-f]{8}$/),
  featuresGraph: path,
  /** Side of the pictures that the features graph takes, in pixels. */
  pictureSize: z.coerce.number().int().default(CANONICAL_SIZE),
  device: z.enum(DEVICES),
  /** Where a training that is ended is taken up again; nowhere when it is left out. */
  checkpoint: path.optional(),
  /** Directory of the triplets that are mined offline, while the training runs; they end up in the bundle. */
  triplets: path.optional(),
});
type TrainOptions = z.output<typeof trainOptionsSchema>;

/**
 * Trains a model: snapshot directory in, bundle directory out, one JSON message a line on standard output, words for
 * people on standard error. Ends with a `finished` or a `failed` message and never throws.
 *
 * @param input the command line's options, not yet validated
 * @param signal ends the training; the bundle directory then does not exist
 * @returns the exit status
 */
export async function train(input: unknown, signal: AbortSignal): Promise<number> {
  try {
    send(await run(parseOptions(input), signal));
    return 0;
  } catch (error) {
    const known = error instanceof WeftError ? error : null;
    if (known === null && error instanceof Error) say(error.stack ?? error.message);
    say(messageOf(error));
    const remedy = known?.remedy;
    send({
      type: 'failed',
      code: known?.code ?? 'training-failed',
      message: messageOf(error),
      ...(remedy === undefined ? {} : { remedy }),
      mayPass: known === null || known.isRetryable,
    });
    return 1;
  }
}

function parseOptions(input: unknown): TrainOptions {
  const parsed = trainOptionsSchema.safeParse(input);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new WeftError('options-invalid', `--${issue?.path.join('.')}: ${issue?.message}.`, { value: input });
}

async function run(options: TrainOptions, signal: AbortSignal): Promise<TrainerMessage> {
  const snapshot = await readSnapshot(options.snapshot);
  const second = options.secondSnapshot && (await readSnapshot(options.secondSnapshot));
  const { pictureSize } = options;
  const featuresGraph = await readFile(options.featuresGraph);
  const extractorId = extractorIdOf(featuresGraph, pictureSize);
  if (extractorId !== snapshot.extractorId) {
    throw new WeftError('extractor-changed', 'The snapshot was made with another feature graph than the one given.', {
      value: { snapshot: snapshot.extractorId, graph: extractorId },
      remedy: 'Start the training again: it writes a new snapshot.',
    });
  }
  if (snapshot.photos.length === 0) {
    const { contradictions } = snapshot;
    throw new WeftError(
      'snapshot-empty',
      contradictions === 0
        ? 'There is no photo to train on.'
        : `There is no photo to train on: products of several styles claim the same photos, ${contradictions} times.`,
      {
        value: { contradictions },
        remedy: 'Import a feed whose products have photos of their own: weft import FEED',
      },
    );
  }
  const beforePictures = performance.now();
  const pictures = await featuresOfPictures(featuresGraph, pictureSize);
  const picturesSeconds = (performance.now() - beforePictures) / 1000;
  const backend = await openBackend(options.device);
  say(describeBackend(backend.description));
  const triplets = options.triplets === undefined ? null : new TripletFiles(options.triplets);

  const model = await trainQuick({
    backend,
    snapshot,
    ...(second ? { second } : {}),
    settings: options.settings,
    signal,
    since: PROCESS_START,
    exportSeconds: EXPORT_FACTOR * picturesSeconds,
    ...(options.checkpoint === undefined ? {} : { checkpoints: new CheckpointFile(options.checkpoint, say) }),
    ...(triplets === null ? {} : { triplets }),
    onProgress: (progress) => {
      send({ type: 'progress', ...progress });
      say(progress.message);
    },
  });
  say(model.reason);
  const graphs = {
    heads: buildHeadsGraph(model.heads),
    untrained: buildHeadsGraph(model.untrained),
    encoder: buildEncoderGraph(featuresGraph, model.heads),
  };
  await requireParity(graphs, pictures, model, snapshot);
  signal.throwIfAborted();
  await writeBundle(options.out, {
    manifest: {
      version: options.version,
      settings: options.settings,
      createdAt: timeOf(options.version),
      extractorId: snapshot.extractorId,
      layout: snapshot.layout,
      preprocessing: preprocessingOf(pictureSize),
      dial: model.dial,
      headsChosen: model.headsChosen,
      reason: model.reason,
      snapshotHash: snapshot.hash,
      metrics: {
        ...model.metrics,
        audit: options.audit,
        time: { saidSeconds: model.saidSeconds, seconds: model.elapsed() },
      },
    },
    heads: model.heads,
    untrained: model.untrained,
    graphs,
    triplets: (await triplets?.packed()) ?? null,
  });
  return {
    type: 'finished',
    version: options.version,
    directory: options.out,
    headsChosen: model.headsChosen,
    reason: model.reason,
    dial: model.dial,
    seconds: model.elapsed(),
  };
}

function describeBackend({ tensorflow, tfjs, device, insteadBecause }: ComputeDescription): string {
  if (device !== 'wasm') return `TensorFlow ${tensorflow} through TensorFlow.js ${tfjs} on the ${device}.`;
  const why = insteadBecause === null ? '' : `${insteadBecause}\n`;
  return `${why}TensorFlow.js ${tfjs} in WebAssembly. ${WASM_COST}`;
}

/** The time that a version is named by, in ISO 8601: a repeated run writes the same bundle. */
function timeOf(version: string): string {
  return version.replace(/^(\d{4})(\d\d)(\d\d)-(\d\d)(\d\d)(\d\d)-.*$/, '$1-$2-$3T$4:$5:$6.000Z');
}

function send(message: TrainerMessage): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
