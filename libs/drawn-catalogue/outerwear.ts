import type { GarmentKind } from './kind.js';
import { longSleeve, upperBody } from './upper-body-design.js';

export const jacket: GarmentKind = {
  noun: 'jacket',
  category: 'Outerwear > Jackets',
  genders: ['female', 'male', 'unisex'],
  sizes: 'letters',
  price: [79, 189],
  textures: ['denim', 'corduroy', 'leather', 'twill', 'smooth'],
  patterns: ['plain', 'plain', 'plain', 'plain', 'colour-block'],
  moods: ['dark', 'green'],
  stages: ['hanger', 'mannequin'],
  cut: (random) => {
    const neckline = random.pick(['lapels', 'stand-collar', 'shirt-collar', 'hood'] as const);
    const hemline = random.pick(['straight', 'ribbed', 'drawstring'] as const);
    return upperBody(random, {
      neckline,
      neckDepth: neckline === 'lapels' ? random.between(80, 112) : random.between(24, 32),
      chest: random.between(74, 84),
      shoulder: random.between(80, 88),
      waist: random.between(68, 78),
      hem: random.between(74, 84),
      length: random.between(200, 236),
      sleeve: longSleeve(random) + 4,
      sleeveShape: random.pick(['straight', 'tapered']),
      armAngle: random.between(11, 18),
      cuff: random.pick(['plain', 'ribbed', 'buttoned']),
      hemline: neckline === 'lapels' ? 'straight' : hemline,
      closure: neckline === 'lapels' ? 'buttons' : random.pick(['zip', 'buttons']),
      pocket: random.pick(['flap', 'slant', 'two-chest']),
      quilted: neckline !== 'lapels' && random.next() < 0.35,
      piping: random.next() < 0.2,
    });
  },
};

export const coat: GarmentKind = {
  noun: 'coat',
  category: 'Outerwear > Coats',
  genders: ['female', 'male', 'unisex'],
  sizes: 'letters',
  price: [129, 289],
  textures: ['fleece', 'twill', 'smooth', 'melange'],
  patterns: ['plain', 'plain', 'plain', 'herringbone', 'tartan', 'windowpane'],
  moods: ['dark', 'earth'],
  stages: ['hanger', 'mannequin', 'none'],
  cut: (random) => {
    const neckline = random.pick(['lapels', 'lapels', 'stand-collar', 'hood'] as const);
    const closure = neckline === 'hood' ? 'zip' : random.pick(['double-buttons', 'buttons', 'open'] as const);
    const belt = random.pick(['none', 'tied', 'buckled'] as const);
    return upperBody(random, {
      neckline,
      neckDepth: neckline === 'lapels' ? random.between(72, 96) : random.between(24, 30),
      chest: random.between(74, 82),
      shoulder: random.between(80, 86),
      waist: belt === 'none' ? random.between(72, 78) : random.between(64, 70),
      hem: random.between(82, 98),
      length: random.between(296, 348),
      sleeve: longSleeve(random) + 8,
      sleeveShape: 'tapered',
      armAngle: random.between(9, 14),
      cuff: random.pick(['plain', 'buttoned']),
      closure,
      belt,
      pocket: random.pick(['flap', 'patch', 'slant']),
    });
  },
};
