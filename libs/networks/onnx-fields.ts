import { BackboneRefused } from './backbone-refused.js';
import { unpackVarints, wireFields, type WireField } from './wire-reader.js';

/** Which fields a message may have; `many`: a field that repeats. Names say what is refused in any other. */
export interface MessageRules {
  what: string;
  one: readonly number[];
  many: readonly number[];
  /** Fields that Weft refuses, and what they hold, for the sentence. */
  refused?: Readonly<Record<number, string>>;
}

/** What Weft has read of a message. */
export class Fields {
  constructor(private readonly fields: ReadonlyMap<number, WireField[]>) {}

  all(number: number): WireField[] {
    return this.fields.get(number) ?? [];
  }

  /** @throws BackboneRefused when the field is no integer that JavaScript can count with */
  integer(number: number, otherwise: number): number {
    const [field] = this.all(number);
    if (field === undefined) return otherwise;
    if (field.kind !== 'integer') throw garbled();
    return safe(field.value);
  }

  /** The bytes of each of a repeated field. */
  messages(number: number): Uint8Array[] {
    return this.all(number).map((field) => {
      if (field.kind !== 'bytes') throw garbled();
      return field.value;
    });
  }

  text(number: number): string {
    return this.texts(number)[0] ?? '';
  }

  texts(number: number): string[] {
    return this.messages(number).map(textOf);
  }

  /** Repeated integers, packed or not. */
  integers(number: number): number[] {
    return this.all(number).flatMap((field) =>
      (field.kind === 'integer' ? [field.value] : unpackVarints(field.value)).map(safe),
    );
  }
}

/** Longest name of anything in a graph, in bytes. */
const MOST_NAME_BYTES = 2_000;

/**
 * Reads a message in which every field is one that Weft knows, and none that cannot repeat comes twice: protobuf would
 * merge those, and what runs would not be what was read.
 *
 * @throws BackboneRefused
 */
export function readFields(message: Uint8Array, { what, one, many, refused = {} }: MessageRules): Fields {
  const fields = new Map<number, WireField[]>();
  for (const field of wireFields(message)) {
    const { number } = field;
    const reason = refused[number];
    if (reason !== undefined) throw new BackboneRefused(`The file holds ${reason}, which Weft does not run.`);
    const known = fields.get(number);
    if (known !== undefined && many.includes(number)) known.push(field);
    else if (known !== undefined) throw new BackboneRefused(`The file gives field ${number} of ${what} twice.`);
    else if (one.includes(number) || many.includes(number)) fields.set(number, [field]);
    else throw new BackboneRefused(`The file gives ${what} the field ${number}, which Weft does not know.`);
  }
  return new Fields(fields);
}

function textOf(bytes: Uint8Array): string {
  if (bytes.length > MOST_NAME_BYTES) {
    throw new BackboneRefused(`The file holds a name of ${bytes.length} bytes; ${MOST_NAME_BYTES} are allowed.`);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new BackboneRefused('The file holds a name that is no UTF-8.', { cause });
  }
}

function safe(value: bigint): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) {
    throw new BackboneRefused(`The file holds the number ${value} where sizes stand.`, { value: String(value) });
  }
  return number;
}

function garbled(): BackboneRefused {
  return new BackboneRefused('The file is no ONNX model: a field in it is of the wrong kind.');
}
