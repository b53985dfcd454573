import type { Random } from '#foundation';
import { EMBLEMS } from './emblem.js';
import type { LegsCut } from './legs.js';
import type { SkirtCut } from './skirt.js';
import type { UpperBodyCut } from './upper-body.js';

/** Everything that fixes a garment's outline and details; colour and pattern come on top. */
export type GarmentCut = UpperBodyCut | LegsCut | SkirtCut;

/** A kind of garment that the catalogue sells, and how its cuts vary from style to style. */
export interface GarmentKind {
  noun: string;
  /** Google product type, below the department. */
  category: string;
  genders: readonly ('female' | 'male' | 'unisex')[];
  sizes: 'letters' | 'waists';
  /** Lowest and highest price. */
  price: readonly [number, number];
  cut(random: Random): GarmentCut;
}

/** A sleeveless, plain, straight garment; kinds state how they differ. */
function upperBody(random: Random, difference: Partial<UpperBodyCut>): UpperBodyCut {
  const chest = random.between(70, 84);
  return {
    shape: 'upper-body',
    neck: random.between(25, 34),
    neckline: 'crew',
    neckDepth: random.between(17, 24),
    shoulder: chest + random.between(2, 10),
    chest,
    waist: chest - random.between(0, 8),
    hem: chest + random.between(-3, 6),
    length: random.between(205, 262),
    hemline: 'straight',
    sleeve: 0,
    sleeveWidth: random.between(38, 50),
    cuff: 'plain',
    armAngle: random.between(17, 34),
    closure: 'none',
    pocket: 'none',
    emblem: null,
    waistSeam: null,
    quilted: false,
    ...difference,
  };
}

function chooseEmblem(random: Random, share: number): UpperBodyCut['emblem'] {
  const emblem = {
    kind: random.pick(EMBLEMS),
    size: random.between(20, 32),
    place: random.pick(['middle', 'heart'] as const),
  };
  return random.next() < share ? emblem : null;
}

const tee: GarmentKind = {
  noun: 'tee',
  category: 'Tops > Tees',
  genders: ['female', 'male', 'unisex'],
  sizes: 'letters',
  price: [14, 32],
  cut: (random) => {
    const neckline = random.pick(['crew', 'crew', 'v', 'scoop'] as const);
    return upperBody(random, {
      neckline,
      neckDepth: neckline === 'v' ? random.between(38, 54) : neckline === 'scoop' ? 38 : random.between(17, 22),
      sleeve: random.between(44, 92),
      cuff: random.pick(['plain', 'plain', 'contrast']),
      armAngle: random.between(26, 46),
      pocket: random.pick(['none', 'none', 'chest']),
      emblem: chooseEmblem(random, 0.45),
    });
  },
};

const shirt: GarmentKind = {
  noun: 'shirt',
  category: 'Tops > Shirts',
  genders: ['female', 'male', 'unisex'],
  sizes: 'letters',
  price: [29, 69],
  cut: (random) =>
    upperBody(random, {
      neckline: random.pick(['shirt-collar', 'shirt-collar', 'stand-collar']),
      neckDepth: random.between(20, 30),
      sleeve: random.pick([random.between(62, 84), random.between(158, 182)]),
      sleeveWidth: random.between(34, 44),
      cuff: random.pick(['plain', 'contrast']),
      hemline: random.pick(['shirt-tail', 'straight']),
      closure: random.pick(['buttons', 'buttons', 'half-buttons']),
      pocket: random.pick(['none', 'chest']),
      length: random.between(230, 272),
    }),
};

const hoodie: GarmentKind = {
  noun: 'hoodie',
  category: 'Tops > Hoodies',
  genders: ['male', 'unisex', 'female'],
  sizes: 'letters',
  price: [39, 79],
  cut: (random) =>
    upperBody(random, {
      neckline: 'hood',
      neckDepth: random.between(26, 34),
      sleeve: random.between(160, 186),
      sleeveWidth: random.between(42, 52),
      cuff: 'ribbed',
      hemline: 'ribbed',
      closure: random.pick(['none', 'zip']),
      pocket: random.pick(['kangaroo', 'kangaroo', 'slant']),
      emblem: chooseEmblem(random, 0.5),
    }),
};

const sweater: GarmentKind = {
  noun: 'sweater',
  category: 'Tops > Sweaters',
  genders: ['female', 'male', 'unisex'],
  sizes: 'letters',
  price: [45, 99],
  cut: (random) => {
    const neckline = random.pick(['crew', 'v', 'turtleneck', 'boat'] as const);
    return upperBody(random, {
      neckline,
      neck: neckline === 'boat' ? 44 : random.between(27, 33),
      neckDepth: neckline === 'v' ? random.between(44, 70) : neckline === 'boat' ? 9 : 20,
      sleeve: random.between(155, 186),
      sleeveWidth: random.between(40, 54),
      cuff: random.pick(['ribbed', 'ribbed', 'contrast', 'puffed']),
      hemline: 'ribbed',
      closure: random.pick(['none', 'none', 'buttons']),
      length: random.between(195, 258),
    });
  },
};

const jacket: GarmentKind = {
  noun: 'jacket',
  category: 'Outerwear > Jackets',
  genders: ['female', 'male', 'unisex'],
  sizes: 'letters',
  price: [79, 189],
  cut: (random) => {
    const neckline = random.pick(['lapels', 'stand-collar', 'shirt-collar', 'hood'] as const);
    return upperBody(random, {
      neckline,
      neckDepth: neckline === 'lapels' ? random.between(80, 118) : random.between(24, 32),
      chest: random.between(78, 88),
      shoulder: random.between(86, 94),
      waist: random.between(72, 86),
      hem: random.between(76, 92),
      length: random.pick([random.between(196, 222), random.between(250, 296)]),
      sleeve: random.between(164, 190),
      sleeveWidth: random.between(40, 50),
      armAngle: random.between(15, 26),
      cuff: random.pick(['plain', 'ribbed', 'contrast']),
      hemline: random.pick(['straight', 'ribbed']),
      closure: neckline === 'lapels' ? 'buttons' : random.pick(['zip', 'buttons']),
      pocket: random.pick(['patch', 'slant', 'chest']),
      quilted: neckline !== 'lapels' && random.next() < 0.35,
    });
  },
};

const top: GarmentKind = {
  noun: 'top',
  category: 'Tops > Camisoles & Tanks',
  genders: ['female'],
  sizes: 'letters',
  price: [18, 45],
  cut: (random) => {
    const neck = random.between(36, 46);
    return upperBody(random, {
      neck,
      shoulder: neck + random.between(7, 20),
      neckline: random.pick(['scoop', 'v']),
      neckDepth: random.between(40, 66),
      chest: random.between(62, 72),
      waist: random.between(54, 66),
      hem: random.between(62, 86),
      length: random.between(160, 232),
      sleeveWidth: 30,
      hemline: random.pick(['straight', 'ruffle']),
      closure: random.pick(['none', 'none', 'buttons']),
      waistSeam: random.next() < 0.35 ? random.between(0.5, 0.66) : null,
    });
  },
};

const dress: GarmentKind = {
  noun: 'dress',
  category: 'Dresses',
  genders: ['female'],
  sizes: 'letters',
  price: [49, 129],
  cut: (random) => {
    const neckline = random.pick(['crew', 'v', 'scoop', 'shirt-collar', 'boat'] as const);
    return upperBody(random, {
      neckline,
      neck: neckline === 'boat' ? 42 : random.between(28, 36),
      neckDepth: neckline === 'v' ? random.between(46, 70) : neckline === 'boat' ? 9 : random.between(22, 40),
      chest: random.between(60, 70),
      shoulder: random.between(60, 72),
      waist: random.between(48, 58),
      hem: random.between(74, 132),
      length: random.between(268, 342),
      hemline: random.pick(['straight', 'ruffle']),
      sleeve: random.pick([0, random.between(40, 60), random.between(120, 160)]),
      sleeveWidth: random.between(30, 42),
      cuff: random.pick(['plain', 'contrast', 'puffed']),
      closure: random.pick(['none', 'none', 'half-buttons', 'buttons']),
      waistSeam: random.between(0.34, 0.46),
    });
  },
};

const trousers: GarmentKind = {
  noun: 'trousers',
  category: 'Bottoms > Trousers',
  genders: ['female', 'male', 'unisex'],
  sizes: 'waists',
  price: [39, 95],
  cut: (random) => {
    const ankle = random.pick([random.between(29, 36), random.between(42, 50), random.between(58, 72)]);
    return {
      shape: 'legs',
      waist: random.between(50, 58),
      hip: random.between(66, 78),
      rise: random.between(82, 106),
      length: random.between(316, 366),
      knee: ankle > 55 ? 44 : Math.max(ankle + 6, 44),
      ankle,
      stance: random.between(8, 24),
      waistband: random.pick(['plain', 'drawstring', 'belt']),
      pocket: random.pick(['slant', 'cargo', 'patch']),
      front: random.pick(['plain', 'crease', 'pleats']),
      hem: random.pick(['plain', 'turn-up', 'ribbed']),
      sideStripe: random.next() < 0.3,
    };
  },
};

const shorts: GarmentKind = {
  noun: 'shorts',
  category: 'Bottoms > Shorts',
  genders: ['female', 'male', 'unisex'],
  sizes: 'waists',
  price: [22, 55],
  cut: (random) => {
    const hip = random.between(76, 88);
    return {
      shape: 'legs',
      waist: random.between(58, 68),
      hip,
      rise: random.between(86, 102),
      length: random.between(148, 216),
      knee: hip - 4,
      ankle: random.between(60, 76),
      stance: random.between(6, 16),
      waistband: random.pick(['plain', 'drawstring', 'belt']),
      pocket: random.pick(['slant', 'cargo', 'patch']),
      front: random.pick(['plain', 'crease', 'pleats']),
      hem: random.pick(['plain', 'turn-up']),
      sideStripe: random.next() < 0.3,
    };
  },
};

const skirt: GarmentKind = {
  noun: 'skirt',
  category: 'Bottoms > Skirts',
  genders: ['female'],
  sizes: 'letters',
  price: [29, 79],
  cut: (random) => {
    const hip = random.between(66, 80);
    return {
      shape: 'skirt',
      waist: random.between(46, 54),
      hip,
      hem: random.pick([hip - 6, hip + random.between(10, 30), random.between(112, 140)]),
      length: random.between(150, 300),
      pleats: random.pick([0, 0, 4, 7, 11]),
      tiers: random.pick([0, 0, 0, 1, 2]),
      hemline: random.pick(['straight', 'wavy']),
      front: random.pick(['plain', 'buttons', 'slit', 'pockets']),
      waistband: random.pick(['plain', 'contrast', 'bow']),
    };
  },
};

/**
 * The order in which a catalogue takes its kinds, again and again. Tops are most of it, as in shops; so the category
 * alone does not name a style, not even among the few that are held out.
 */
export const GARMENT_KINDS: readonly GarmentKind[] = [
  tee,
  shirt,
  hoodie,
  sweater,
  jacket,
  dress,
  trousers,
  tee,
  shirt,
  sweater,
  skirt,
  tee,
  hoodie,
  shirt,
  jacket,
  dress,
  shorts,
  tee,
  sweater,
  top,
];
