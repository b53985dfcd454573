import type { GarmentKind } from './kind.js';
import { chooseEmblem, longSleeve, upperBody } from './upper-body-design.js';

export const sweater: GarmentKind = {
  noun: 'sweater',
  category: 'Tops > Sweaters',
  genders: ['female', 'male', 'unisex'],
  sizes: 'letters',
  price: [45, 99],
  textures: ['knit', 'knit', 'cable', 'cable', 'melange', 'rib'],
  patterns: ['plain', 'plain', 'breton', 'geometric', 'chevron', 'colour-block'],
  moods: ['earth', 'green'],
  stages: ['hanger', 'none'],
  cut: (random) => {
    const neckline = random.pick(['crew', 'v', 'turtleneck', 'boat'] as const);
    return upperBody(random, {
      neckline,
      neck: neckline === 'boat' ? 40 : random.between(27, 31),
      neckDepth: neckline === 'v' ? random.between(44, 66) : neckline === 'boat' ? 9 : 20,
      sleeve: longSleeve(random),
      sleeveShape: random.pick(['tapered', 'straight', 'puffed']),
      cuff: random.pick(['ribbed', 'ribbed', 'contrast']),
      hemline: 'ribbed',
      length: random.between(196, 240),
    });
  },
};

export const cardigan: GarmentKind = {
  ...sweater,
  noun: 'cardigan',
  category: 'Tops > Cardigans',
  moods: ['earth', 'pale'],
  cut: (random) =>
    upperBody(random, {
      neckline: random.pick(['v', 'shawl', 'crew']),
      neckDepth: random.between(22, 84),
      sleeve: longSleeve(random),
      cuff: 'ribbed',
      hemline: 'ribbed',
      closure: random.pick(['buttons', 'buttons', 'open']),
      pocket: random.pick(['none', 'patch']),
      length: random.between(196, 262),
    }),
};

export const hoodie: GarmentKind = {
  noun: 'hoodie',
  category: 'Tops > Hoodies',
  genders: ['male', 'unisex', 'female'],
  sizes: 'letters',
  price: [39, 79],
  textures: ['fleece', 'fleece', 'melange'],
  patterns: ['plain', 'plain', 'plain', 'colour-block', 'ombre'],
  moods: ['dark', 'pale'],
  stages: ['none', 'hanger'],
  cut: (random) =>
    upperBody(random, {
      neckline: 'hood',
      neckDepth: random.between(26, 34),
      sleeve: longSleeve(random),
      sleeveShape: random.pick(['straight', 'tapered']),
      cuff: 'ribbed',
      hemline: 'ribbed',
      closure: random.pick(['none', 'zip']),
      pocket: random.pick(['kangaroo', 'kangaroo', 'slant']),
      emblem: chooseEmblem(random, 0.5),
      piping: random.next() < 0.2,
    }),
};
