import { miningRecordSchema, trainingMetricsSchema } from '#datasets';
import { readSafetensors, writeSafetensors, type NamedTensor } from '#embedder';
import { sha256 } from '#foundation';
import { z } from 'zod';
import type { Triplets } from '#metric-learning';
import type { TwoPartHeads } from '#networks';
import { SPACES } from '../part-relations.js';
import type { HeadState } from './head-state.js';
import type { RunState } from './run-state.js';

const count = z.int().min(0);
const { interventions, curve, validation, stoppedEarly } = trainingMetricsSchema.shape;
const mining = miningRecordSchema;
const plan = z.array(z.strictObject({ after: count, factor: z.number().positive() }));

const verdictSchema = z.strictObject({
  chosen: z.enum(['trained', 'untrained']),
  reason: z.string(),
  /** Steps to take when fitting again, and the factors on their rate. */
  steps: count,
  plan,
  validation,
  curve,
  interventions,
  stoppedEarly,
  mining,
});
export type Verdict = z.output<typeof verdictSchema> & {
  /** The heads that were chosen, as they were judged: of the training styles only. null: nothing could be judged. */
  heads: TwoPartHeads | null;
};

/** Sizes of heads, whose numbers are tensors. */
const size = z.strictObject({ inputs: count, outputs: count });
const headsSchema = z.strictObject({ shape: size, colour: size });
const stateSchema = z.strictObject({
  step: count,
  optimiserSteps: count,
  /** Of each variable, whether it has moments. */
  moments: z.array(z.boolean()),
  random: z.int(),
  lossRandom: z.int(),
  /** Spaces with triplets, which are tensors. */
  epoch: z.strictObject({ begun: count, spaces: z.array(z.enum(SPACES)) }).nullable(),
});
const documentSchema = z.strictObject({
  format: z.literal('weft-checkpoint-2'),
  key: z.string(),
  seconds: z.number().min(0),
  saidSeconds: z.number().nullable(),
  verdict: verdictSchema.extend({ heads: headsSchema.nullable() }).nullable(),
  run: z.strictObject({ attempt: z.int().min(1), plan, interventions, curve, mining }),
  measured: z.array(z.strictObject({ step: count, heads: headsSchema })),
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
export function encodeCheckpoint({ verdict, run, ...rest }: Checkpoint): Uint8Array {
  const { current, good, measured, ...record } = run;
  const document: z.input<typeof documentSchema> = {
    format: 'weft-checkpoint-2',
    ...rest,
    verdict: verdict && { ...verdict, heads: verdict.heads && sizesOf(verdict.heads) },
    run: { ...record, plan: [...record.plan] },
    measured: measured.map(({ step, heads }) => ({ step, heads: sizesOf(heads) })),
    current: current && describe(current),
    good: good && describe(good),
  };
  const tensors = new Map([
    ...stateTensors('current', current),
    ...stateTensors('good', good),
    ...headTensors('verdict', verdict?.heads ?? null),
    ...measured.flatMap(({ step, heads }) => [...headTensors(`measured.${step}`, heads)]),
  ]);
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
  const tensors = new TensorsOfFile(readSafetensors(body.subarray(end + 1)));
  const { key, seconds, saidSeconds, verdict, run, measured, current, good } = document;
  return {
    key,
    seconds,
    saidSeconds,
    verdict: verdict && { ...verdict, heads: verdict.heads && tensors.heads('verdict', verdict.heads) },
    run: {
      ...run,
      measured: measured.map(({ step, heads }) => ({ step, heads: tensors.heads(`measured.${step}`, heads) })),
      current: current && tensors.state('current', current),
      good: good && tensors.state('good', good),
    },
  };
}

function sizesOf({ shape, colour }: TwoPartHeads): z.input<typeof headsSchema> {
  const sizeOf = ({ inputs, outputs }: TwoPartHeads['shape']) => ({ inputs, outputs });
  return { shape: sizeOf(shape), colour: sizeOf(colour) };
}

function describe({ step, optimiser, random, lossRandom, epoch }: HeadState): z.input<typeof stateSchema> {
  const moments = optimiser.moments.map((ofVariable) => ofVariable !== null);
  const spaces = epoch && { begun: epoch.begun, spaces: SPACES.filter((space) => epoch.triplets[space] !== undefined) };
  return { step, optimiserSteps: optimiser.steps, moments, random, lossRandom, epoch: spaces };
}

const tensor = (values: Float32Array): NamedTensor => ({ shape: [values.length], values });

function* stateTensors(name: string, state: HeadState | null): Generator<[string, NamedTensor]> {
  for (const [at, values] of (state?.variables ?? []).entries()) {
    yield [`${name}.${at}`, tensor(values)];
    const moments = state?.optimiser.moments[at];
    if (moments == null) continue;
    yield [`${name}.${at}.mean`, tensor(moments.mean)];
    yield [`${name}.${at}.square`, tensor(moments.square)];
  }
  for (const [space, { anchors, positives, negatives }] of Object.entries(state?.epoch?.triplets ?? {})) {
    // Numbers of rows are whole below 16 million in float32, too.
    yield [`${name}.epoch.${space}`, tensor(Float32Array.from([...anchors, ...positives, ...negatives]))];
  }
}

function* headTensors(name: string, heads: TwoPartHeads | null): Generator<[string, NamedTensor]> {
  if (heads === null) return;
  for (const part of ['shape', 'colour'] as const) {
    yield [`${name}.${part}.weight`, tensor(heads[part].weight)];
    yield [`${name}.${part}.bias`, tensor(heads[part].bias)];
  }
}

class TensorsOfFile {
  constructor(private readonly tensors: ReadonlyMap<string, NamedTensor>) {}

  state(name: string, saved: z.output<typeof stateSchema>): HeadState {
    const { step, optimiserSteps, moments, random, lossRandom, epoch } = saved;
    return {
      step,
      random,
      lossRandom,
      epoch: epoch && {
        begun: epoch.begun,
        triplets: Object.fromEntries(epoch.spaces.map((space) => [space, this.triplets(`${name}.epoch.${space}`)])),
      },
      variables: moments.map((_, at) => this.values(`${name}.${at}`)),
      optimiser: {
        steps: optimiserSteps,
        moments: moments.map((has, at) =>
          has ? { mean: this.values(`${name}.${at}.mean`), square: this.values(`${name}.${at}.square`) } : null,
        ),
      },
    };
  }

  heads(name: string, sizes: z.output<typeof headsSchema>): TwoPartHeads {
    const head = (part: 'shape' | 'colour') => ({
      weight: this.values(`${name}.${part}.weight`),
      bias: this.values(`${name}.${part}.bias`),
      ...sizes[part],
    });
    return { shape: head('shape'), colour: head('colour') };
  }

  private triplets(name: string): Triplets {
    const values = Int32Array.from(this.values(name));
    const column = (at: number) => values.slice((at * values.length) / 3, ((at + 1) * values.length) / 3);
    return { anchors: column(0), positives: column(1), negatives: column(2) };
  }

  private values(name: string): Float32Array {
    const found = this.tensors.get(name)?.values;
    if (found === undefined) throw new Error(`it lacks the tensor ${name}`);
    return found;
  }
}
