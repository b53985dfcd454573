import { hash } from 'node:crypto';

const FIRST_SLOTS = 1 << 12;

/**
 * A map from text to a number in [0, 2^32 - 2] that keeps 64 bits of each key's sha256 instead of the key: 16 to 32 bytes
 * an entry, whatever its length. Two of ten million keys are taken for one with a chance of three in a million.
 */
export class FingerprintMap {
  /** Per slot: high and low half of the fingerprint, and the value plus one; 0 where the slot is free. */
  private slots = new Uint32Array(3 * FIRST_SLOTS);
  size = 0;

  get(key: string): number | undefined {
    const [high, low] = fingerprint(key);
    const value = this.slots[3 * this.slotOf(high, low) + 2] ?? 0;
    return value === 0 ? undefined : value - 1;
  }

  set(key: string, value: number): void {
    const [high, low] = fingerprint(key);
    this.put(high, low, value + 1);
    if (4 * this.size > this.slots.length) this.grow();
  }

  private put(high: number, low: number, stored: number): void {
    const at = 3 * this.slotOf(high, low);
    if (this.slots[at + 2] === 0) this.size += 1;
    this.slots[at] = high;
    this.slots[at + 1] = low;
    this.slots[at + 2] = stored;
  }

  /** The slot that holds this fingerprint, or the free one where it belongs. */
  private slotOf(high: number, low: number): number {
    const count = this.slots.length / 3;
    for (let slot = low & (count - 1); ; slot = (slot + 1) & (count - 1)) {
      const at = 3 * slot;
      if (this.slots[at + 2] === 0 || (this.slots[at] === high && this.slots[at + 1] === low)) return slot;
    }
  }

  private grow(): void {
    const old = this.slots;
    this.slots = new Uint32Array(2 * old.length);
    this.size = 0;
    for (let at = 0; at < old.length; at += 3) {
      const stored = old[at + 2] ?? 0;
      if (stored !== 0) this.put(old[at] ?? 0, old[at + 1] ?? 0, stored);
    }
  }
}

function fingerprint(key: string): [number, number] {
  const digest = hash('sha256', key, 'buffer');
  return [digest.readUInt32LE(0), digest.readUInt32LE(4)];
}
