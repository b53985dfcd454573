import type { Random } from '#foundation';

/** Ways to damage a file, each by chance. */
export const MUTATIONS = {
  'bit flips': (file, random) => {
    for (let flips = 1 + random.int(8); flips > 0; flips -= 1) {
      const at = random.int(file.length);
      file[at] = (file[at] ?? 0) ^ (1 << random.int(8));
    }
    return file;
  },
  'byte run': (file, random) => {
    const start = random.int(file.length);
    return file.fill(random.int(256), start, Math.min(file.length, start + 1 + random.int(64)));
  },
  truncation: (file, random) => file.subarray(0, 1 + random.int(file.length - 1)),
  splice: (file, random) => {
    const length = 1 + random.int(200);
    const from = random.int(file.length - length);
    file.copyWithin(random.int(file.length - length), from, from + length);
    return file;
  },
  'removed bytes': (file, random) => {
    const start = random.int(file.length);
    return Buffer.concat([file.subarray(0, start), file.subarray(start + 1 + random.int(40))]);
  },
  'repeated piece': (file, random) => {
    const start = random.int(file.length);
    const end = Math.min(file.length, start + 4 + random.int(400));
    return Buffer.concat([file.subarray(0, end), file.subarray(start)]);
  },
  'field edit': (file, random) => {
    // Lengths, sizes and offsets lie at the front, or at the end in a TIFF.
    const near = random.int(Math.min(160, file.length - 4));
    const at = random.next() < 0.3 ? file.length - 4 - near : near;
    const value = random.pick([0, 1, 0x7f, 0xff, 0xffff, 0x7fffffff, 0xffffffff, random.int(2 ** 32)]);
    if (random.next() < 0.5) file.writeUInt32BE(value, at);
    else file.writeUInt32LE(value, at);
    return file;
  },
} satisfies Record<string, (file: Buffer, random: Random) => Buffer>;

export type Mutation = keyof typeof MUTATIONS;
export const MUTATION_NAMES = Object.keys(MUTATIONS) as Mutation[];
