import { describe, expect, it } from 'vitest';
import { namedChoice, namedValues } from './named-choice.js';

describe('namedChoice', () => {
  it.each([
    ['soft-margin', { name: 'soft-margin' }],
    ['triplet-margin,margin=0.5,swap', { name: 'triplet-margin', margin: 0.5, swap: true }],
    ['triplet-margin, swap=false, mean=active', { name: 'triplet-margin', swap: false, mean: 'active' }],
    ['style-then-product,styles-per-batch=4', { name: 'style-then-product', stylesPerBatch: 4 }],
    ['style-then-product,stylesPerBatch=1e1', { name: 'style-then-product', stylesPerBatch: 10 }],
  ])('reads %s', (text, choice) => expect(namedChoice(text)).toEqual(choice));

  it.each(['', ',', 'margin=0.5', 'a,', 'a,=1', 'a,b=', 'a,b=1=2'])('refuses "%s"', (text) => {
    expect(() => namedChoice(text)).toThrow(/must be/);
  });
});

describe('namedValues', () => {
  it('reads members and their values', () => {
    expect(namedValues('shape=1,colour=0.5,joined=0')).toEqual({ shape: 1, colour: 0.5, joined: 0 });
  });

  it.each(['', 'shape=', '=1', 'shape=1,,colour=1'])('refuses "%s"', (text) => {
    expect(() => namedValues(text)).toThrow(/must be/);
  });
});
