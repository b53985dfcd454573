import type { StyleId } from '#foundation';
import { describe, expect, it } from 'vitest';
import { reasonText } from './reason-text.js';

const product = (styleId: string, colour: string | null = null, title: string | null = 'the Ines coat') => ({
  ...{ styleId: styleId as StyleId, colour, title },
});
const text = (shape: number, colour: number, ours: string | null = null, theirs: string | null = null) =>
  reasonText('wishlist', product('a', ours), product('b', theirs), { shape, colour });

describe('reasonText', () => {
  it('says what is the same, what is similar and what is not', () => {
    const after = (shape: number, colour: number) =>
      text(shape, colour)?.replace('Because you wishlisted the Ines coat: ', '');
    expect(after(0.75, 0.4)).toBe('same cut, other colour');
    expect(after(0.9, 0.45)).toBe('same cut');
    expect(after(0.9, 0.5)).toBe('same cut, similar colour');
    expect(after(0.75, 0.75)).toBe('same cut, same colour');
    expect(after(0.4, 0.75)).toBe('same colour, other cut');
    expect(after(0.45, 0.9)).toBe('same colour');
    expect(after(0.5, 0.9)).toBe('same colour, similar cut');
    expect(after(0.5, 0.5)).toBe('similar cut and colour');
    expect(after(0.74, 0.1)).toBe('similar cut');
    expect(after(0.1, 0.74)).toBe('similar colour');
  });

  it('is empty rather than wrong', () => {
    expect(text(0.49, 0.49)).toBeNull();
    expect(reasonText('wishlist', product('a', null, null), product('b'), { shape: 1, colour: 1 })).toBeNull();
    expect(reasonText('dislike', product('a'), product('b'), { shape: 1, colour: 1 })).toBeNull();
  });

  it('believes the names of colours', () => {
    expect(text(0.9, 0.1, 'Red', 'red')).toBe('Because you wishlisted the Ines coat: same cut');
    expect(text(0.9, 0.9, 'red', 'blue')).toBe('Because you wishlisted the Ines coat: same cut, similar colour');
    expect(text(0.9, 0.1, 'red', 'blue')).toBe('Because you wishlisted the Ines coat: same cut, other colour');
  });

  it('knows a style in another colour', () => {
    const ofStyle = reasonText('view', product('a', 'red'), product('a', 'blue'), { shape: 0.1, colour: 0.1 });
    expect(ofStyle).toBe('Because you looked at the Ines coat: the same style in another colour');
    expect(reasonText('cart', product('a'), product('a'), { shape: 1, colour: 1 })).toBe(
      'Because you put the Ines coat in your cart: the same style',
    );
    expect(reasonText('purchase', product('a'), product('b'), { shape: 1, colour: 1 })).toMatch(/^Because you bought /);
  });
});
