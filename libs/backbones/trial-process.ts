import { openSession, PHOTOS_AT_ONCE, runSession, testPictures } from '#embedder';
import { DEFAULT_LAYOUT, messageOf } from '#foundation';
import type { LimitedReply } from './limited-process.js';
import { FEATURES } from './limits.js';
import type { TrialFindings } from './description.js';

// The first process that runs a brought backbone. It knows no secret, has limits, and may die of it.

const PICTURES = 3;
const TIMED_RUNS = 5;
/** Largest difference between a picture alone and among others, in any dimension of a unit vector. */
const TOLERANCE = 1e-4;
/** Smaller differences than this between different pictures are rounding. */
const LEAST_DIFFERENCE = 1e-3;

class Refused extends Error {
  constructor(
    message: string,
    readonly value: unknown,
  ) {
    super(message);
  }
}

const [graphPath = '', sideText = ''] = process.argv.slice(2);
const side = Number(sideText);
const reply = (message: LimitedReply<TrialFindings>): void => void process.stdout.write(`${JSON.stringify(message)}\n`);

try {
  reply(await tried());
} catch (error) {
  const value = error instanceof Refused ? error.value : undefined;
  const why = error instanceof Refused ? error.message : `ONNX Runtime does not run the backbone: ${firstLine(error)}`;
  reply({ refused: { message: why, ...(value === undefined ? {} : { value }) } });
}

async function tried(): Promise<TrialFindings> {
  const session = await openSession(graphPath);
  const run = (pictures: Uint8Array[]) => {
    const values = new Uint8Array(pictures.length * side * side * 3);
    pictures.forEach((picture, at) => values.set(picture, at * side * side * 3));
    return runSession(session, { values, shape: [pictures.length, side, side, 3] });
  };
  const pictures = testPictures(PICTURES, side);
  const alone: Float32Array[] = [];
  for (const picture of pictures) {
    const features = Float32Array.from(await run([picture]));
    const again = await run([picture]);
    if (!features.every((value, at) => Object.is(value, again[at]))) {
      throw new Refused('The backbone gives other features each time for the same picture.', undefined);
    }
    alone.push(features);
  }
  const width = requireSound(alone);
  const photosAtOnce = (await takesMany(run, pictures, alone)) ? PHOTOS_AT_ONCE : 1;
  const start = performance.now();
  for (let i = 0; i < TIMED_RUNS; i += 1) await run(pictures.slice(0, 1));
  const millisecondsAPhoto = (performance.now() - start) / TIMED_RUNS;
  return { width, photosAtOnce, millisecondsAPhoto, memoryBytes: process.resourceUsage().maxRSS * 1024 };
}

/** @returns the width of the features */
function requireSound(alone: Float32Array[]): number {
  const width = alone[0]?.length ?? 0;
  const features = width - DEFAULT_LAYOUT.colour;
  if (features < FEATURES.from || features > FEATURES.to) {
    throw new Refused(
      `The backbone gives ${features} features; ${FEATURES.from} to ${FEATURES.to} are of use.`,
      features,
    );
  }
  for (const values of alone) {
    const odd = values.find((value) => !Number.isFinite(value));
    if (odd !== undefined) throw new Refused(`The backbone gives ${odd} for a picture.`, String(odd));
    if (values.subarray(0, features).every((value) => value === 0)) {
      throw new Refused('The backbone gives nothing but zeros for a picture.', 0);
    }
  }
  const [first, ...others] = alone.map((values) => values.subarray(0, features));
  const moved = others.map((other) => Math.max(...other.map((value, at) => Math.abs(value - (first?.[at] ?? 0)))));
  if (Math.max(...moved) < LEAST_DIFFERENCE) {
    throw new Refused(
      `The backbone gives the same features for different pictures, to ${LEAST_DIFFERENCE}: look at --mean, --std and --output.`,
      Math.max(...moved),
    );
  }
  return width;
}

/** Many graphs that declare any number of pictures hold a shape for one. */
async function takesMany(
  run: (pictures: Uint8Array[]) => Promise<Float32Array>,
  pictures: Uint8Array[],
  alone: Float32Array[],
): Promise<boolean> {
  const width = alone[0]?.length ?? 0;
  try {
    const many = Array.from({ length: PHOTOS_AT_ONCE }, (_, at) => at % PICTURES);
    const together = await run(many.map((at) => pictures[at] as Uint8Array));
    return (
      together.length === PHOTOS_AT_ONCE * width &&
      together.every((value, at) => {
        const own = alone[many[Math.floor(at / width)] as number];
        return Math.abs(value - (own?.[at % width] as number)) < TOLERANCE;
      })
    );
  } catch {
    return false;
  }
}

function firstLine(error: unknown): string {
  return (messageOf(error).split('\n')[0] ?? '').slice(0, 1_000);
}
