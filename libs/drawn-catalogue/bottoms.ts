import type { GarmentKind } from './kind.js';

export const trousers: GarmentKind = {
  noun: 'trousers',
  category: 'Bottoms > Trousers',
  genders: ['female', 'male', 'unisex'],
  sizes: 'waists',
  price: [39, 95],
  textures: ['twill', 'corduroy', 'linen', 'smooth', 'fleece'],
  patterns: ['plain', 'plain', 'plain', 'plain', 'pinstripes', 'windowpane', 'herringbone'],
  moods: ['dark', 'pale'],
  stages: ['hanger', 'mannequin', 'none'],
  cut: (random) => {
    const ankle = random.pick([random.between(31, 37), random.between(45, 52), random.between(62, 76)]);
    return {
      shape: 'legs',
      waist: random.between(50, 56),
      hip: random.between(68, 76),
      rise: random.between(88, 106),
      length: random.between(318, 362),
      knee: Math.max(ankle + 5, 47),
      ankle,
      stance: random.between(8, 18),
      waistband: random.pick(['plain', 'drawstring', 'belt']),
      pocket: random.pick(['slant', 'slant', 'cargo']),
      front: random.pick(['plain', 'crease', 'pleats']),
      hem: random.pick(['plain', 'turn-up', 'ribbed']),
      sideStripe: random.next() < 0.2,
      isTopstitched: false,
    };
  },
};

export const jeans: GarmentKind = {
  ...trousers,
  noun: 'jeans',
  category: 'Bottoms > Jeans',
  textures: ['denim'],
  patterns: ['plain', 'plain', 'plain', 'ombre'],
  moods: ['denim'],
  cut: (random) => {
    const ankle = random.pick([random.between(31, 36), random.between(44, 51), random.between(60, 70)]);
    return {
      shape: 'legs',
      waist: random.between(50, 56),
      hip: random.between(67, 75),
      rise: random.between(86, 106),
      length: random.between(310, 360),
      knee: Math.max(ankle + 4, 46),
      ankle,
      stance: random.between(8, 16),
      waistband: random.pick(['plain', 'plain', 'belt']),
      pocket: 'jeans',
      front: 'plain',
      hem: random.pick(['plain', 'plain', 'turn-up']),
      sideStripe: random.next() < 0.15,
      isTopstitched: random.next() < 0.75,
    };
  },
};

export const shorts: GarmentKind = {
  ...trousers,
  noun: 'shorts',
  category: 'Bottoms > Shorts',
  price: [22, 55],
  textures: ['twill', 'linen', 'denim', 'fleece', 'mesh'],
  patterns: ['plain', 'plain', 'plain', 'leaves', 'gingham', 'stripes', 'geometric'],
  moods: ['green', 'blue'],
  cut: (random) => {
    const hip = random.between(68, 76);
    return {
      shape: 'legs',
      waist: random.between(54, 60),
      hip,
      rise: random.between(86, 100),
      length: random.between(146, 204),
      knee: hip - 4,
      ankle: random.between(58, 68),
      stance: random.between(6, 12),
      waistband: random.pick(['plain', 'drawstring', 'belt']),
      pocket: random.pick(['slant', 'cargo', 'jeans']),
      front: random.pick(['plain', 'crease', 'pleats']),
      hem: random.pick(['plain', 'turn-up']),
      sideStripe: random.next() < 0.25,
      isTopstitched: false,
    };
  },
};

export const skirt: GarmentKind = {
  noun: 'skirt',
  category: 'Bottoms > Skirts',
  genders: ['female'],
  sizes: 'letters',
  price: [29, 79],
  textures: ['satin', 'denim', 'corduroy', 'lace', 'smooth', 'leather'],
  patterns: ['plain', 'plain', 'plain', 'floral', 'tartan', 'dots'],
  moods: ['berry', 'earth'],
  stages: ['mannequin', 'hanger'],
  cut: (random) => {
    const hip = random.between(60, 70);
    return {
      shape: 'skirt',
      waist: random.between(43, 49),
      hip,
      hem: random.pick([hip - 5, hip + random.between(14, 30), random.between(106, 128)]),
      length: random.between(146, 290),
      pleats: random.pick([0, 0, 7, 11]),
      tiers: random.pick([0, 0, 0, 1, 2]),
      hemline: random.pick(['straight', 'straight', 'wavy']),
      front: random.pick(['plain', 'buttons', 'slit', 'pockets', 'wrap']),
      waistband: random.pick(['plain', 'contrast', 'bow']),
    };
  },
};
