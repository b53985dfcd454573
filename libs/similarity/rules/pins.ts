import type { ProductId } from '#foundation';
import type { Pin, Rule } from './rule.js';

/** A pin that has found its place. */
export interface PlacedPin {
  rule: Rule<Pin>;
  /** From 1. */
  position: number;
}

/** Gives each pin the place it asks for, or the next free one after it. @param pins in the order that settles conflicts */
export function positionsOf(pins: readonly Rule<Pin>[]): PlacedPin[] {
  const taken = new Set<number>();
  const placed = pins.map((rule) => {
    let { position } = rule;
    while (taken.has(position)) position += 1;
    taken.add(position);
    return { rule, position };
  });
  return placed.sort((a, b) => a.position - b.position);
}

/**
 * Sets pins between what was found. Pins on places beyond the end follow it, in their order.
 *
 * @param found best first, without the pinned products
 * @param pins by position
 * @param isAll whether nothing comes after what was found
 */
export function setBetween<Found extends { productId: ProductId }>(
  found: readonly Found[],
  pins: readonly PlacedPin[],
  isAll: boolean,
): (Found | { productId: ProductId; pinnedBy: Rule<Pin> })[] {
  const set: (Found | { productId: ProductId; pinnedBy: Rule<Pin> })[] = [];
  const waiting = [...pins];
  const setDue = () => {
    for (let next = waiting[0]; next?.position === set.length + 1; next = waiting[0]) {
      set.push({ productId: next.rule.product, pinnedBy: next.rule });
      waiting.shift();
    }
  };
  setDue();
  for (const one of found) {
    set.push(one);
    setDue();
  }
  if (isAll) set.push(...waiting.map(({ rule }) => ({ productId: rule.product, pinnedBy: rule })));
  return set;
}
