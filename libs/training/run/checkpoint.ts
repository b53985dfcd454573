import { trainingMetricsSchema } from '#datasets';
import { readSafetensors, writeSafetensors, type NamedTensor } from '#embedder';
import { sha256 } from '#foundation';
import { z } from 'zod';
import type { HeadState } from './head-state.js';
import type { RunState } from './run-state.js';

const count = z.int().min(0);
const { interventions, curve, validation, stoppedEarly } = trainingMetricsSchema.shape;
const plan = z.array(z.strictObject({ after: count, factor: z.number().positive() }));

/** What validation decided, in the form in which a checkpoint keeps it. */
export const verdictSchema = z.strictObject({
  chosen: z.enum(['trained', 'untrained']),
  reason: z.string(),
  /** Steps to take when fitting again, and the factors on their rate. */
  steps: count,
  plan,
  validation,
  curve,
  interventions,
  stoppedEarly,
});
export type Verdict = z.output<typeof verdictSchema>;

const stateSchema = z.strictObject({
  step: count,
  optimiserSteps: count,
  /** Of each variable, whether it has moments. */
  moments: z.array(z.boolean()),
  random: z.int(),
  lossRandom: z.int(),
});
const documentSchema = z.strictObject({
  format: z.literal('weft-checkpoint-1'),
  key: z.string(),
  seconds: z.number().min(0),
  saidSeconds: z.number().nullable(),
  verdict: verdictSchema.nullable(),
  run: z.strictObject({ attempt: z.int().min(1), plan, interventions, curve }),
  current: stateSchema.nullable(),
  good: stateSchema.nullable(),
});

/** A training between two steps. */
export interface Checkpoint {
  /** Names all that decides the outcome: a checkpoint of another snapshot, other settings or another device is of no use. */
  key: string;
  /** What the training has taken so far. */
  seconds: number;
  /** What was said beforehand that it would take. */
  saidSeconds: number | null;
  /** null while judging; what judging came to while the heads are fitted again. */
  verdict: Verdict | null;
  /** Of the pass that is under way. */
  run: RunState;
}

/** One file of it: SHA-256 of the rest, a line of JSON, and the tensors as safetensors. */
export function encodeCheckpoint({ run, ...rest }: Checkpoint): Uint8Array {
  const { current, good, ...record } = run;
  const document: z.input<typeof documentSchema> = {
    format: 'weft-checkpoint-1',
    ...rest,
    run: { ...record, plan: [...record.plan] },
    current: current && describe(current),
    good: good && describe(good),
  };
  const tensors = new Map([...tensorsOf('current', current), ...tensorsOf('good', good)]);
  const body = Buffer.concat([Buffer.from(`${JSON.stringify(document)}\n`), writeSafetensors(tensors)]);
  return Buffer.concat([Buffer.from(`${sha256(body)}\n`), body]);
}

/** @throws what tells why the bytes are no checkpoint */
export function decodeCheckpoint(bytes: Uint8Array): Checkpoint {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const hash = buffer.subarray(0, 64).toString('latin1');
  const body = buffer.subarray(65);
  if (sha256(body) !== hash) throw new Error('it is cut short or was altered');
  const end = body.indexOf('\n');
  const document = documentSchema.parse(JSON.parse(body.subarray(0, end).toString()));
  const tensors = readSafetensors(body.subarray(end + 1));
  const { key, seconds, saidSeconds, verdict, run, current, good } = document;
  return {
    key,
    seconds,
    saidSeconds,
    verdict,
    run: {
      ...run,
      current: current && restore('current', current, tensors),
      good: good && restore('good', good, tensors),
    },
  };
}

function describe({ step, optimiser, random, lossRandom }: HeadState): z.input<typeof stateSchema> {
  return {
    step,
    optimiserSteps: optimiser.steps,
    moments: optimiser.moments.map((moments) => moments !== null),
    random,
    lossRandom,
  };
}

function* tensorsOf(name: string, state: HeadState | null): Generator<[string, NamedTensor]> {
  const tensor = (values: Float32Array): NamedTensor => ({ shape: [values.length], values });
  for (const [at, values] of (state?.variables ?? []).entries()) {
    yield [`${name}.${at}`, tensor(values)];
    const moments = state?.optimiser.moments[at];
    if (moments == null) continue;
    yield [`${name}.${at}.mean`, tensor(moments.mean)];
    yield [`${name}.${at}.square`, tensor(moments.square)];
  }
}

function restore(
  name: string,
  { step, optimiserSteps, moments, random, lossRandom }: z.output<typeof stateSchema>,
  tensors: ReadonlyMap<string, NamedTensor>,
): HeadState {
  const values = (tensor: string): Float32Array => {
    const found = tensors.get(tensor)?.values;
    if (found === undefined) throw new Error(`it lacks the tensor ${tensor}`);
    return found;
  };
  return {
    step,
    random,
    lossRandom,
    variables: moments.map((_, at) => values(`${name}.${at}`)),
    optimiser: {
      steps: optimiserSteps,
      moments: moments.map((has, at) =>
        has ? { mean: values(`${name}.${at}.mean`), square: values(`${name}.${at}.square`) } : null,
      ),
    },
  };
}
