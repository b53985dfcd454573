/** 32-bit words of a hash. */
export const HASH_WORDS = 8;
/** 16-bit pieces of a hash, each with a table of its own. */
const PIECES = 16;

/** Bits in which two 256-bit hashes differ: rows `a` and `b` of `hashes`, `[n, 8]`. */
export function hammingDistance(hashes: Uint32Array, a: number, b: number): number {
  let distance = 0;
  for (let word = 0; word < HASH_WORDS; word += 1) {
    let bits = (hashes[a * HASH_WORDS + word] as number) ^ (hashes[b * HASH_WORDS + word] as number);
    // Counting bits in parallel (Warren, Hacker's Delight, 5-1).
    bits -= (bits >>> 1) & 0x55555555;
    bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
    distance += Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
  }
  return distance;
}

/**
 * All pairs of hashes that differ in at most {@link MOST_BITS} bits, exactly: multi-index hashing (Norouzi, Punjani and Fleet,
 * CVPR 2012). Of the 16 pieces of two such hashes at least one differs in at most one bit, so each hash is compared only
 * with those that share a piece with it, or a piece with one bit turned.
 *
 * @param hashes `[n, 8]`, best without repetition: equal hashes cost the square of their number
 * @param visit told each pair once, `a < b`
 * @returns yields now and then how many hashes are done, so that whoever drains it can do something else meanwhile
 */
export function* pairsNearby(
  hashes: Uint32Array,
  visit: (a: number, b: number, distance: number) => void,
): Generator<number> {
  const count = hashes.length / HASH_WORDS;
  const tables = Array.from({ length: PIECES }, (_, piece) => bucketsOf(hashes, piece, count));
  const seen = new Uint32Array(count).fill(0xffffffff);
  for (let b = 0; b < count; b += 1) {
    seen[b] = b;
    for (let piece = 0; piece < PIECES; piece += 1) {
      const { starts, members } = tables[piece] as Buckets;
      const own = pieceOf(hashes, b, piece);
      for (let turned = -1; turned < 16; turned += 1) {
        const key = turned < 0 ? own : own ^ (1 << turned);
        const end = starts[key + 1] as number;
        for (let at = starts[key] as number; at < end; at += 1) {
          const a = members[at] as number;
          // Members ascend: what follows is compared when its own turn comes.
          if (a >= b) break;
          if (seen[a] === b) continue;
          seen[a] = b;
          const distance = hammingDistance(hashes, a, b);
          if (distance <= MOST_BITS) visit(a, b, distance);
        }
      }
    }
    if (b % 512 === 511) yield b + 1;
  }
}

/**
 * PDQ's own threshold: photos of different things differ in 31 or fewer of 256 bits about never. It is also the largest
 * distance for which one turned bit a piece finds every pair.
 */
export const MOST_BITS = 31;

interface Buckets {
  /** Where each of the 65,536 buckets begins. */
  starts: Uint32Array; // [65537]
  /** Hashes by bucket, ascending inside each. */
  members: Uint32Array; // [n]
}

function bucketsOf(hashes: Uint32Array, piece: number, count: number): Buckets {
  const starts = new Uint32Array(65_537);
  for (let row = 0; row < count; row += 1) {
    const key = pieceOf(hashes, row, piece);
    starts[key + 1] = (starts[key + 1] as number) + 1;
  }
  for (let key = 0; key < 65_536; key += 1) starts[key + 1] = (starts[key + 1] as number) + (starts[key] as number);
  const next = starts.slice();
  const members = new Uint32Array(count);
  for (let row = 0; row < count; row += 1) {
    const key = pieceOf(hashes, row, piece);
    const at = next[key] as number;
    members[at] = row;
    next[key] = at + 1;
  }
  return { starts, members };
}

function pieceOf(hashes: Uint32Array, row: number, piece: number): number {
  const word = hashes[row * HASH_WORDS + (piece >> 1)] as number;
  return (piece & 1) === 0 ? word & 0xffff : word >>> 16;
}
