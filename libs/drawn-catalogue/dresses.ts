import type { GarmentKind } from './kind.js';
import { upperBody } from './upper-body-design.js';

export const dress: GarmentKind = {
  noun: 'dress',
  category: 'Dresses',
  genders: ['female'],
  sizes: 'letters',
  price: [49, 129],
  textures: ['smooth', 'satin', 'lace', 'linen', 'rib'],
  patterns: ['plain', 'plain', 'floral', 'floral', 'dots', 'sprigs', 'leaves', 'ombre'],
  moods: ['red', 'berry'],
  stages: ['mannequin'],
  cut: (random) => {
    const neckline = random.pick(['crew', 'v', 'scoop', 'shirt-collar', 'boat', 'square'] as const);
    const isStrapped = neckline === 'square' && random.next() < 0.5;
    const sleeve = isStrapped ? 0 : random.pick([0, random.between(44, 62), random.between(140, 166)]);
    return upperBody(random, {
      neckline,
      neck: neckline === 'boat' || isStrapped ? 38 : random.between(28, 34),
      neckDepth: neckline === 'v' ? random.between(46, 66) : neckline === 'boat' ? 9 : random.between(22, 38),
      chest: random.between(56, 63),
      shoulder: isStrapped ? 48 : random.between(56, 63),
      waist: random.between(45, 52),
      hem: random.pick([random.between(66, 76), random.between(92, 132)]),
      length: random.between(262, 345),
      hemline: random.pick(['straight', 'ruffle']),
      sleeve,
      sleeveShape: random.pick(['puffed', 'tapered', 'bell']),
      cuff: random.pick(['plain', 'contrast', 'buttoned']),
      closure: random.pick(['none', 'none', 'half-buttons', 'buttons']),
      waistSeam: random.between(0.36, 0.43),
      belt: random.pick(['none', 'none', 'tied', 'buckled']),
    });
  },
};

export const jumpsuit: GarmentKind = {
  noun: 'jumpsuit',
  category: 'Jumpsuits',
  genders: ['female'],
  sizes: 'letters',
  price: [59, 119],
  textures: ['linen', 'denim', 'satin', 'twill'],
  patterns: ['plain', 'plain', 'plain', 'floral', 'pinstripes'],
  moods: ['dark', 'green'],
  stages: ['mannequin', 'hanger'],
  cut: (random) => {
    const waist = random.between(45, 50);
    const neckline = random.pick(['v', 'shirt-collar', 'square', 'crew'] as const);
    const ankle = random.pick([random.between(30, 36), random.between(50, 60)]);
    return {
      shape: 'jumpsuit',
      bodice: upperBody(random, {
        neckline,
        neckDepth: neckline === 'v' ? random.between(46, 60) : random.between(22, 30),
        chest: random.between(56, 62),
        shoulder: random.between(55, 62),
        waist,
        hem: waist + 3,
        length: 134,
        sleeve: random.pick([0, random.between(46, 60), random.between(130, 146)]),
        sleeveShape: random.pick(['tapered', 'puffed']),
        closure: random.pick(['none', 'buttons', 'zip']),
        waistSeam: 0.94,
        belt: random.pick(['none', 'tied', 'buckled']),
      }),
      legs: {
        shape: 'legs',
        waist,
        hip: random.between(60, 66),
        rise: random.between(74, 82),
        length: random.between(216, 246),
        knee: Math.max(ankle + 2, 40),
        ankle,
        stance: random.between(6, 12),
        waistband: 'plain',
        pocket: 'slant',
        front: 'plain',
        hem: random.pick(['plain', 'turn-up']),
        sideStripe: false,
        isTopstitched: false,
      },
    };
  },
};
