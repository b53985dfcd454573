import type { GarmentKind } from './kind.js';

export const bag: GarmentKind = {
  noun: 'bag',
  category: 'Accessories > Bags',
  genders: ['female', 'unisex'],
  sizes: 'one',
  price: [39, 149],
  textures: ['leather', 'leather', 'linen', 'corduroy', 'denim'],
  patterns: ['plain', 'plain', 'plain', 'stripes', 'floral', 'colour-block', 'tartan'],
  moods: ['earth', 'dark'],
  stages: ['plinth'],
  cut: (random) => {
    const form = random.pick(['tote', 'satchel', 'bucket'] as const);
    const rim = random.between(74, 104);
    return {
      shape: 'bag',
      form,
      rim,
      base: form === 'tote' ? rim - random.between(2, 14) : rim + random.between(0, 12),
      length: form === 'satchel' ? random.between(108, 136) : random.between(140, 180),
      handle: form === 'satchel' ? random.between(46, 70) : random.between(70, 100),
      flap: form === 'satchel',
      pocket: random.next() < 0.4,
    };
  },
};

export const hat: GarmentKind = {
  noun: 'hat',
  category: 'Accessories > Hats',
  genders: ['unisex'],
  sizes: 'one',
  price: [15, 39],
  textures: ['knit', 'rib', 'denim', 'corduroy', 'cable'],
  patterns: ['plain', 'plain', 'stripes', 'colour-block', 'tartan'],
  moods: ['earth', 'red'],
  stages: ['plinth'],
  cut: (random) => ({
    shape: 'hat',
    form: random.pick(['beanie', 'cap', 'bucket']),
    width: random.between(74, 86),
    length: random.between(104, 126),
    cuff: random.between(34, 54),
    pompom: random.next() < 0.5,
  }),
};
