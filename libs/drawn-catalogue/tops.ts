import type { GarmentKind } from './kind.js';
import { chooseEmblem, longSleeve, upperBody } from './upper-body-design.js';

export const tee: GarmentKind = {
  noun: 'tee',
  category: 'Tops > Tees',
  genders: ['female', 'male', 'unisex'],
  sizes: 'letters',
  price: [14, 32],
  textures: ['smooth', 'smooth', 'melange', 'mesh'],
  patterns: ['plain', 'plain', 'plain', 'stripes', 'stripes', 'breton', 'colour-block', 'leaves'],
  moods: ['dark', 'pale'],
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
  moods: ['blue', 'pale'],
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
