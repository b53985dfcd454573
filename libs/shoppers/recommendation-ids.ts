import { createHmac, hash, timingSafeEqual } from 'node:crypto';
import type { GenerationId, ProductId } from '#foundation';

/** The two sides of an experiment, in the order of their numbers in ids and in the database. */
export const ARMS = ['control', 'treatment'] as const;
export type Arm = (typeof ARMS)[number];

/** Which experiment an answer was part of, and on which side. */
export interface ExperimentArm {
  /** Number of the experiment. */
  experiment: number;
  arm: Arm;
}

/** What is said of an answer, beside its results. */
export interface AnswerFacts {
  /** To the second. */
  at: Date;
  /** The vectors that answered; they are of one model. */
  generation: GenerationId;
  /** The placement that asked; null where it gave no name. */
  scenario: string | null;
  /** null where no experiment was running, or none knew the shopper. */
  inExperiment: ExperimentArm | null;
}

/** What an answer's id says of it. */
export interface AnswerRecord extends AnswerFacts {
  /** The results in their order: a mark of the product, see `markOf`, and the rules that touched it. */
  results: { mark: number; rules: number[] }[];
}

/** An answer that gets an id. */
export interface IssuedAnswer extends AnswerFacts {
  /** At most 100; numbers of rules are unsigned integers of 32 bits. */
  results: readonly { productId: ProductId; rules: readonly number[] }[];
}

/** Ids of the first version know neither experiments nor rules. They are read for as long as events may carry them. */
const FIRST_VERSION = 1;
const VERSION = 2;
const SIGNATURE_BYTES = 8;
const HEADER_BYTES = 10;
const NO_EXPERIMENT = 0;
const MOST_RULES = 64;

/** 16 bits of a product: two products of one answer of ten share a mark once in 1,500 answers. */
export function markOf(productId: ProductId): number {
  return hash('sha256', productId, 'buffer').readUInt16BE(0);
}

/**
 * Ids of answers, which say themselves what an attribution needs to know, so that answering writes nothing. Signed, so
 * that only answers that were given can be attributed to.
 *
 * One byte of version, four of the time in seconds, four of the generation, one of the scenario's length, the scenario; one
 * of the results' number, two for each result; one of the arm (0: no experiment), and then four of the experiment; for each
 * rule that touched a result four of its number and a bit for each result; eight of HMAC-SHA-256; base64url. 54 characters
 * for ten results without scenario, experiment and rules; 8 more for each rule. Of more than 64 rules those that touched most
 * results are told, so that an id stays below 2,048 characters.
 */
export class RecommendationIds {
  private key: Promise<string> | null = null;

  /** @param signingKey asked for once */
  constructor(private readonly signingKey: () => Promise<string>) {}

  async issue({ at, generation, scenario, inExperiment, results }: IssuedAnswer): Promise<string> {
    const name = Buffer.from(scenario ?? '');
    const header = Buffer.alloc(HEADER_BYTES);
    header.writeUInt8(VERSION, 0);
    header.writeUInt32BE(Math.floor(at.getTime() / 1000), 1);
    header.writeUInt32BE(generation, 5);
    header.writeUInt8(name.length, 9);
    const marks = Buffer.alloc(1 + 2 * results.length);
    marks.writeUInt8(results.length);
    results.forEach(({ productId }, i) => marks.writeUInt16BE(markOf(productId), 1 + 2 * i));
    const said = Buffer.concat([header, name, marks, experimentBytes(inExperiment), ruleBytes(results)]);
    return Buffer.concat([said, await this.signatureOf(said)]).toString('base64url');
  }

  /** What an id says; null when it is none of ours. */
  async read(id: string): Promise<AnswerRecord | null> {
    const bytes = Buffer.from(id, 'base64url');
    const said = bytes.subarray(0, -SIGNATURE_BYTES);
    if (said.length < HEADER_BYTES || bytes.toString('base64url') !== id) return null;
    if (!timingSafeEqual(bytes.subarray(-SIGNATURE_BYTES), await this.signatureOf(said))) return null;
    // What is signed is whole: from here on nothing is missing.
    const version = said.readUInt8(0);
    if (version !== VERSION && version !== FIRST_VERSION) return null;
    const rest = HEADER_BYTES + said.readUInt8(9);
    const scenario = said.subarray(HEADER_BYTES, rest).toString();
    return {
      at: new Date(1000 * said.readUInt32BE(1)),
      generation: said.readUInt32BE(5),
      scenario: scenario === '' ? null : scenario,
      ...(version === VERSION ? readRest(said.subarray(rest)) : readFirstRest(said.subarray(rest))),
    };
  }

  private async signatureOf(said: Buffer): Promise<Buffer> {
    this.key ??= this.signingKey().catch((error: unknown) => {
      this.key = null;
      throw error;
    });
    return createHmac('sha256', `recommendation ids ${await this.key}`)
      .update(said)
      .digest()
      .subarray(0, SIGNATURE_BYTES);
  }
}

function experimentBytes(inExperiment: ExperimentArm | null): Buffer {
  if (inExperiment === null) return Buffer.from([NO_EXPERIMENT]);
  const bytes = Buffer.alloc(5);
  bytes.writeUInt8(1 + ARMS.indexOf(inExperiment.arm), 0);
  bytes.writeUInt32BE(inExperiment.experiment, 1);
  return bytes;
}

function ruleBytes(results: IssuedAnswer['results']): Buffer {
  const touched = new Map<number, number>();
  for (const rule of results.flatMap((result) => result.rules)) touched.set(rule, (touched.get(rule) ?? 0) + 1);
  const rules = [...touched]
    .sort(([a, manyA], [b, manyB]) => manyB - manyA || a - b)
    .slice(0, MOST_RULES)
    .map(([rule]) => rule)
    .sort((a, b) => a - b);
  return Buffer.concat(
    rules.map((rule) => {
      const bytes = Buffer.alloc(4 + Math.ceil(results.length / 8));
      bytes.writeUInt32BE(rule);
      results.forEach((result, i) => {
        if (result.rules.includes(rule)) bytes[4 + (i >> 3)]! |= 1 << (i & 7);
      });
      return bytes;
    }),
  );
}

function readRest(bytes: Buffer): Pick<AnswerRecord, 'inExperiment' | 'results'> {
  const count = bytes.readUInt8();
  const results = Array.from({ length: count }, (_, i) => {
    return { mark: bytes.readUInt16BE(1 + 2 * i), rules: [] as number[] };
  });
  const afterMarks = 1 + 2 * count;
  const arm = ARMS[bytes.readUInt8(afterMarks) - 1];
  const inExperiment = arm === undefined ? null : { experiment: bytes.readUInt32BE(afterMarks + 1), arm };
  const each = 4 + Math.ceil(count / 8);
  for (let at = afterMarks + (inExperiment === null ? 1 : 5); at < bytes.length; at += each) {
    const rule = bytes.readUInt32BE(at);
    results.forEach(({ rules }, i) => {
      if ((bytes[at + 4 + (i >> 3)]! >> (i & 7)) & 1) rules.push(rule);
    });
  }
  return { inExperiment, results };
}

function readFirstRest(bytes: Buffer): Pick<AnswerRecord, 'inExperiment' | 'results'> {
  const results = Array.from({ length: bytes.length / 2 }, (_, i) => {
    return { mark: bytes.readUInt16BE(2 * i), rules: [] };
  });
  return { inExperiment: null, results };
}
