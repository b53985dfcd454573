import { BOARD, svg } from './svg.js';

/**
 * The studio corners that photos are taken in. Few, and shared by all styles: what two photos have in common is often
 * the corner and not the garment, which is what an untrained encoder falls for.
 */
export const BACKDROPS: readonly (() => string)[] = [
  () => wall('#eae4db', '#e1d6c8') + slats('#b98f62') + plant(46, 424),
  () => wall('#dfe6e7', '#cdd9dc') + tiles('#ffffff') + arch('#f6f1e8') + stool(350, 398),
  () => wall('#eee1dc', '#e7d2cc') + scallops('#d9a79b') + disc('#fbeee4') + plant(44, 420) + plant(362, 430, 0.8),
  () => wall('#e8e8e0', '#d5d8ca') + curtain('#8f9b78') + plant(352, 424),
  () => wall('#f0ece2', '#e5dcc4') + boards() + bunting() + lamp(58) + stool(352, 402),
  () => wall('#e3e0e7', '#d2cddc') + terrazzo(['#8f83b8', '#e8a88f', '#fffaf0']) + stool(54, 404),
  () => wall('#f0f0ed', '#e3e2df') + bricks('#c9bfb2') + frame(340, 70),
  () => wall('#dcdedf', '#c8cbce') + panels('#7f8b98') + windowLight() + plant(50, 426, 1.1),
  () => wall('#e5eae2', '#d2ddd2') + gridWall('#8fb39a') + frame(56, 60) + stool(346, 404),
  () => wall('#efe6d6', '#e2cfb4') + sunRays('#fff3dc') + lamp(346),
];

const { width, height, centre } = BOARD;
const FLOOR = 418;

function wall(colour: string, floor: string): string {
  return svg`<rect width="${width}" height="${height}" fill="${colour}"/><rect y="${FLOOR}" width="${width}" height="62" fill="${floor}"/><rect y="416" width="${width}" height="4" fill="#fff" fill-opacity=".55"/>`;
}

function repeated(count: number, draw: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => draw(index)).join('');
}

function lines(path: string, colour: string, thickness: number, opacity: number): string {
  return svg`<path d="${path}" stroke="${colour}" stroke-opacity="${opacity.toFixed(2)}" stroke-width="${thickness}" fill="none"/>`;
}

function slats(colour: string): string {
  const path = repeated(17, (i) => svg`M${8 + i * 24} 0V416`);
  return lines(path, colour, 12, 0.5);
}

function tiles(colour: string): string {
  const path = repeated(11, (i) => svg`M0 ${i * 40}H400`) + repeated(10, (i) => svg`M${i * 44} 0V416`);
  return lines(path, colour, 3, 0.9);
}

function bricks(colour: string): string {
  const path = repeated(
    19,
    (row) => svg`M0 ${row * 23}H400` + repeated(9, (i) => svg`M${i * 50 + (row % 2) * 25} ${row * 23}v23`),
  );
  return lines(path, colour, 3.5, 1);
}

function gridWall(colour: string): string {
  const path = repeated(14, (i) => svg`M0 ${i * 30}H400M${i * 30} 0V416`);
  return lines(path, colour, 2.2, 0.9);
}

function curtain(colour: string): string {
  return repeated(
    10,
    (i) =>
      svg`<path d="M${i * 42 - 8} 0C${i * 42 + 14} 140 ${i * 42 - 18} 270 ${i * 42 + 2} 416H${i * 42 + 20}C${i * 42 + 6} 270 ${i * 42 + 30} 140 ${i * 42 + 12} 0Z" fill="${colour}" fill-opacity=".55"/>`,
  );
}

function terrazzo(colours: readonly string[]): string {
  return repeated(90, (i) => {
    // The plastic number's powers spread points evenly without a grid.
    const x = ((i * 0.7548777) % 1) * 400;
    const y = ((i * 0.569840291) % 1) * 410;
    const size = 4 + ((i * 7) % 8);
    return svg`<path transform="translate(${x} ${y}) rotate(${(i * 53) % 360})" d="M${-size} 0L${-size * 0.3} ${-size}L${size} ${-size * 0.4}L${size * 0.5} ${size}Z" fill="${colours[i % colours.length] ?? ''}" fill-opacity=".75"/>`;
  });
}

function sunRays(colour: string): string {
  return repeated(
    9,
    (i) =>
      svg`<path transform="rotate(${-78 + i * 20} ${centre} 430)" d="M${centre} 430L${centre - 30} -80H${centre + 30}Z" fill="${colour}" fill-opacity=".7"/>`,
  );
}

function arch(colour: string): string {
  return svg`<path d="M62 ${FLOOR}V196a138 138 0 0 1 276 0V${FLOOR}Z" fill="${colour}" fill-opacity=".8"/>`;
}

function disc(colour: string): string {
  return svg`<circle cx="${centre}" cy="214" r="172" fill="${colour}" fill-opacity=".75"/>`;
}

function scallops(colour: string): string {
  const path = repeated(13, (row) =>
    repeated(11, (i) => svg`M${i * 40 - (row % 2) * 20} ${row * 34}a20 20 0 0 0 40 0`),
  );
  return lines(path, colour, 3, 0.8);
}

function panels(colour: string): string {
  const path = repeated(4, (i) => svg`M${14 + i * 98} 26h78v150h-78zM${14 + i * 98} 206h78v180h-78z`);
  return lines(path, colour, 4, 0.6);
}

function bunting(): string {
  const flags = ['#d78b5c', '#5b7f86', '#c9a23c', '#8a8f5c'];
  const string = svg`<path d="M0 14Q200 66 400 14" fill="none" stroke="#8d6a45" stroke-width="2"/>`;
  return (
    string +
    repeated(10, (i) => {
      const x = 14 + i * 40;
      const y = 14 + 26 * (1 - ((x - 200) / 200) ** 2);
      return svg`<path d="M${x - 12} ${y}h24l-12 26z" fill="${flags[i % flags.length] ?? ''}"/>`;
    })
  );
}

function boards(): string {
  return lines(
    repeated(9, (i) => svg`M${20 + i * 45} 0V416`),
    '#b79f6a',
    3,
    0.8,
  );
}

function plant(x: number, y: number, scale = 1): string {
  const leaves = [-54, -30, -8, 18, 42].map(
    (angle, i) =>
      svg`<path transform="rotate(${angle})" d="M0 0C-15 -30 -12 -${72 + i * 5} 0 -${96 + (i % 3) * 10}C12 -${72 + i * 5} 15 -30 0 0Z" fill="${i % 2 ? '#4f7a53' : '#6a9464'}"/>`,
  );
  return svg`<g transform="translate(${x} ${y}) scale(${scale})">${leaves}<path d="M-25 0H25L19 46H-19Z" fill="#b5694a"/><path d="M-28 -4H28V8H-28Z" fill="#c67c5a"/></g>`;
}

function stool(x: number, y: number): string {
  return svg`<g transform="translate(${x} ${y})"><path d="M-28 0L-36 66M28 0L36 66M-31 34H31" stroke="#8d6a45" stroke-width="6"/><ellipse rx="40" ry="9" fill="#b08a5f"/><path d="M-14 -8V-42Q0 -50 14 -42V-8Z" fill="#e9ddca"/><path d="M0 -44Q-4 -80 -16 -96M0 -44Q6 -78 18 -88" stroke="#8a8f5c" stroke-width="3" fill="none"/></g>`;
}

function windowLight(): string {
  return svg`<g fill="#fff" fill-opacity=".4"><path d="M210 30L330 10V190L210 220ZM344 8L400 0V176L344 187Z"/><path d="M210 234L330 204V330L210 372ZM344 200L400 188V306L344 325Z"/></g>`;
}

function frame(x: number, y: number): string {
  return svg`<g transform="translate(${x} ${y})"><rect x="-34" y="-40" width="68" height="92" fill="#faf6ec" stroke="#9c7b4f" stroke-width="5"/><circle cy="-4" r="16" fill="#d78b5c"/><path d="M-28 40L-6 12L8 26L20 14L28 40Z" fill="#5b7f86"/></g>`;
}

function lamp(x: number): string {
  return svg`<g><circle cx="${x}" cy="96" r="108" fill="#fff6d8" fill-opacity=".45"/><path d="M${x} 0V66" stroke="#6b5a45" stroke-width="3"/><path d="M${x - 34} 100A34 34 0 0 1 ${x + 34} 100Z" fill="#d3903f"/><circle cx="${x}" cy="102" r="9" fill="#fff3c4"/></g>`;
}
