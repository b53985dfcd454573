import type { Random } from '#foundation';
import { EMBLEMS } from './emblem.js';
import type { GarmentKind } from './kind.js';
import type { UpperBodyCut } from './upper-body-cut.js';

/** A sleeveless, plain, straight garment; kinds state how they differ. */
export function upperBody(random: Random, difference: Partial<UpperBodyCut>): UpperBodyCut {
  const chest = random.between(66, 78);
  return {
    shape: 'upper-body',
    neck: random.between(26, 32),
    neckline: 'crew',
    neckDepth: random.between(17, 24),
    shoulder: chest + random.between(-2, 6),
    chest,
    waist: chest - random.between(1, 9),
    hem: chest + random.between(-4, 4),
    length: random.between(204, 244),
    hemline: 'straight',
    sleeve: 0,
    sleeveShape: 'tapered',
    cuff: 'plain',
    armAngle: random.between(11, 22),
    closure: 'none',
    pocket: 'none',
    emblem: null,
    waistSeam: null,
    belt: 'none',
    quilted: false,
    piping: false,
    ...difference,
  };
}

export const longSleeve = (random: Random): number => random.between(186, 212);

function chooseEmblem(random: Random, share: number): UpperBodyCut['emblem'] {
  const emblem = {
    kind: random.pick(EMBLEMS),
    size: random.between(20, 32),
    place: random.pick(['middle', 'middle', 'heart'] as const),
  };
  return random.next() < share ? emblem : null;
}

export const tee: GarmentKind = {
  noun: 'tee',
  category: 'Tops > Tees',
  genders: ['female', 'male', 'unisex'],
  sizes: 'letters',
  price: [14, 32],
  textures: ['smooth', 'smooth', 'melange', 'mesh'],
  patterns: ['plain', 'plain', 'plain', 'stripes', 'stripes', 'breton', 'colour-block', 'leaves'],
  moods: ['dark', 'pale', 'red'],
  stages: ['none', 'none', 'hanger'],
  cut: (random) => {
    const neckline = random.pick(['crew', 'crew', 'v', 'scoop'] as const);
    return upperBody(random, {
      neckline,
      neckDepth: neckline === 'v' ? random.between(38, 54) : neckline === 'scoop' ? 38 : random.between(17, 22),
      sleeve: random.between(46, 86),
      sleeveShape: random.pick(['straight', 'tapered', 'bell']),
      cuff: random.pick(['plain', 'plain', 'contrast']),
      armAngle: random.between(24, 40),
      pocket: random.pick(['none', 'none', 'chest']),
      emblem: chooseEmblem(random, 0.42),
    });
  },
};

export const polo: GarmentKind = {
  ...tee,
  noun: 'polo',
  category: 'Tops > Polos',
  price: [25, 49],
  textures: ['mesh', 'knit', 'smooth'],
  patterns: ['plain', 'plain', 'stripes', 'colour-block'],
  moods: ['blue', 'green'],
  cut: (random) =>
    upperBody(random, {
      neckline: 'polo-collar',
      neckDepth: random.between(20, 28),
      sleeve: random.pick([random.between(60, 82), longSleeve(random)]),
      cuff: random.pick(['ribbed', 'contrast']),
      armAngle: random.between(20, 34),
      closure: 'half-buttons',
      pocket: random.pick(['none', 'none', 'chest']),
      emblem: chooseEmblem(random, 0.2),
    }),
};

export const shirt: GarmentKind = {
  noun: 'shirt',
  category: 'Tops > Shirts',
  genders: ['female', 'male', 'unisex'],
  sizes: 'letters',
  price: [29, 69],
  textures: ['smooth', 'linen', 'twill', 'corduroy', 'denim'],
  patterns: ['plain', 'plain', 'pinstripes', 'windowpane', 'tartan', 'gingham', 'gingham', 'dots'],
  moods: ['blue', 'pale', 'dark'],
  stages: ['hanger'],
  cut: (random) =>
    upperBody(random, {
      neckline: random.pick(['shirt-collar', 'shirt-collar', 'stand-collar']),
      neckDepth: random.between(20, 28),
      sleeve: random.pick([random.between(62, 84), longSleeve(random)]),
      cuff: random.pick(['buttoned', 'contrast']),
      hemline: random.pick(['shirt-tail', 'straight']),
      closure: random.pick(['buttons', 'buttons', 'half-buttons']),
      pocket: random.pick(['none', 'chest', 'two-chest']),
      length: random.between(222, 256),
    }),
};

export const blouse: GarmentKind = {
  noun: 'blouse',
  category: 'Tops > Blouses',
  genders: ['female'],
  sizes: 'letters',
  price: [35, 79],
  textures: ['satin', 'satin', 'lace', 'smooth'],
  patterns: ['plain', 'plain', 'floral', 'floral', 'dots', 'sprigs', 'leaves', 'ombre'],
  moods: ['pale', 'berry'],
  stages: ['hanger', 'mannequin'],
  cut: (random) => {
    const neckline = random.pick(['bow', 'v', 'square', 'stand-collar'] as const);
    return upperBody(random, {
      neckline,
      neckDepth: neckline === 'v' ? random.between(44, 60) : random.between(20, 32),
      sleeve: random.pick([random.between(56, 72), random.between(156, 180)]),
      sleeveShape: random.pick(['puffed', 'puffed', 'bell']),
      cuff: random.pick(['plain', 'buttoned']),
      hemline: random.pick(['straight', 'ruffle']),
      closure: random.pick(['none', 'buttons']),
      length: random.between(196, 226),
      piping: random.next() < 0.3,
    });
  },
};

export const top: GarmentKind = {
  noun: 'top',
  category: 'Tops > Camisoles & Tanks',
  genders: ['female'],
  sizes: 'letters',
  price: [18, 45],
  textures: ['satin', 'rib', 'lace', 'smooth'],
  patterns: ['plain', 'plain', 'floral', 'stripes', 'dots', 'geometric'],
  moods: ['pale', 'red'],
  stages: ['mannequin', 'mannequin', 'hanger'],
  cut: (random) => {
    const neck = random.between(36, 44);
    return upperBody(random, {
      neck,
      shoulder: neck + random.between(7, 16),
      neckline: random.pick(['scoop', 'v', 'square']),
      neckDepth: random.between(38, 58),
      chest: random.between(60, 66),
      waist: random.between(54, 60),
      hem: random.between(62, 80),
      length: random.between(176, 226),
      hemline: random.pick(['straight', 'ruffle']),
      closure: random.pick(['none', 'none', 'buttons']),
      waistSeam: random.next() < 0.35 ? random.between(0.55, 0.64) : null,
    });
  },
};

export const sweater: GarmentKind = {
  noun: 'sweater',
  category: 'Tops > Sweaters',
  genders: ['female', 'male', 'unisex'],
  sizes: 'letters',
  price: [45, 99],
  textures: ['knit', 'knit', 'cable', 'cable', 'melange', 'rib'],
  patterns: ['plain', 'plain', 'breton', 'geometric', 'chevron', 'colour-block'],
  moods: ['earth', 'green', 'pale'],
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
