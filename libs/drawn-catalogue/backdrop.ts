import { book, branch, cup, frame, lamp, plant, stool, sunglasses } from './prop.js';
import { BOARD, svg } from './svg.js';

/** A corner of the studio. In front of a wall garments stand or hang; on a table or floor they lie. */
export interface Backdrop {
  surface: 'wall' | 'table';
  draw(): string;
}

const wallSet = (draw: () => string): Backdrop => ({ surface: 'wall', draw });
const tableSet = (draw: () => string): Backdrop => ({ surface: 'table', draw });

/**
 * The corners that photos are taken in. Few, and shared by all styles: what two photos have in common is often the
 * corner and not the garment, which is what an untrained encoder falls for.
 */
export const BACKDROPS: readonly Backdrop[] = [
  wallSet(() => room('#efeae2', '#d9c7ab') + slats('#c6a176') + plant(44, 410)),
  wallSet(() => room('#dfe8e9', '#c3d2d6') + tiles('#ffffff') + arch('#f6f1e8') + stool(350, 392)),
  wallSet(() => room('#f0ddd5', '#e0bfb2') + disc('#f9ece4') + plant(40, 408) + plant(364, 418, 0.8)),
  wallSet(() => room('#e6e8dc', '#c9cdb8') + curtain('#95a380') + plant(356, 412)),
  wallSet(() => room('#f4efe3', '#dccba8') + boards() + lamp(62) + stool(352, 394)),
  wallSet(() => room('#e8e5ec', '#cdc8d8') + terrazzo(['#9a8fc0', '#e3a78f', '#fffaf0'], 400)),
  wallSet(() => room('#eeece7', '#cfc9bf') + bricks('#cfc5b8') + frame(340, 76)),
  wallSet(() => room('#dbe0e3', '#b9c2c8') + panels('#8d9aa6') + plant(48, 410, 1.1)),
  wallSet(() => room('#dfe9de', '#bccfbe') + gridWall('#a3c0a8') + frame(56, 66) + stool(348, 392)),
  wallSet(() => room('#f3e6cf', '#dcbf92') + arches('#e9c9a0', '#f7eedd') + lamp(350)),
  wallSet(() => sweep('#f3f2f0', '#d6d4d0')),
  wallSet(() => sweep('#d9e4ee', '#a9bccf')),
  tableSet(() => floor('#f1eee9') + marble() + cup(62, 76) + branch(366, 440, -24)),
  tableSet(() => floor('#c79d6c') + planks() + book(52, 424, -14, '#4f6d7a') + sunglasses(346, 52, 16)),
  tableSet(() => floor('#e9e0d2') + weave('#d8cab4') + branch(34, 200, 12) + cup(350, 420)),
  tableSet(() => floor('#f0d9d3') + terrazzo(['#c98f83', '#fff7f2', '#b3a49a'], 480) + sunglasses(58, 430, -20)),
];

const { width, height, centre } = BOARD;
const FLOOR = 404;

/** A wall with light falling from the left, a floor and a skirting board. */
function room(wall: string, ground: string): string {
  return svg`<rect width="${width}" height="${height}" fill="${wall}"/><rect y="${FLOOR}" width="${width}" height="76" fill="${ground}"/><rect y="${FLOOR - 9}" width="${width}" height="9" fill="#fff" fill-opacity=".65"/><rect y="${FLOOR}" width="${width}" height="14" fill="#000" fill-opacity=".05"/>`;
}

/** Seamless paper: wall and floor in one. */
function sweep(light: string, dark: string): string {
  return svg`<linearGradient id="sweep" x2="0" y2="1"><stop offset="0" stop-color="${light}"/><stop offset=".62" stop-color="${light}"/><stop offset=".78" stop-color="${dark}"/><stop offset="1" stop-color="${light}"/></linearGradient><rect width="${width}" height="${height}" fill="url(#sweep)"/>`;
}

function floor(colour: string): string {
  return svg`<rect width="${width}" height="${height}" fill="${colour}"/>`;
}

function repeated(count: number, draw: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => draw(index)).join('');
}

function lines(path: string, colour: string, thickness: number, opacity: number): string {
  return svg`<path d="${path}" stroke="${colour}" stroke-opacity="${opacity.toFixed(2)}" stroke-width="${thickness}" fill="none"/>`;
}

function slats(colour: string): string {
  const path = repeated(17, (i) => svg`M${8 + i * 24} 0V${FLOOR - 9}`);
  return lines(path, '#000000', 14, 0.07) + lines(path, colour, 11, 0.75);
}

function tiles(colour: string): string {
  const path = repeated(11, (i) => svg`M0 ${i * 40}H400`) + repeated(10, (i) => svg`M${i * 44} 0V${FLOOR - 9}`);
  return lines(path, colour, 3, 0.85);
}

function bricks(colour: string): string {
  const path = repeated(
    17,
    (row) => svg`M0 ${row * 23}H400` + repeated(9, (i) => svg`M${i * 50 + (row % 2) * 25} ${row * 23}v23`),
  );
  return lines(path, colour, 3, 0.9);
}

function gridWall(colour: string): string {
  const path = repeated(14, (i) => svg`M0 ${i * 30}H400M${i * 30} 0V${FLOOR - 9}`);
  return lines(path, colour, 1.8, 0.9);
}

function curtain(colour: string): string {
  return repeated(10, (i) => {
    const at = i * 42 - 8;
    const fold = (from: number, to: number): string =>
      svg`M${at + from} 0C${at + from + 20} 140 ${at + from - 12} 270 ${at + from + 6} ${FLOOR}H${at + to + 6}C${at + to - 6} 270 ${at + to + 22} 140 ${at + to} 0Z`;
    return svg`<path d="${fold(0, 30)}" fill="${colour}" fill-opacity=".5"/><path d="${fold(18, 30)}" fill="#000" fill-opacity=".06"/>`;
  });
}

function terrazzo(colours: readonly string[], to: number): string {
  return repeated(84, (i) => {
    // The plastic number's powers spread points evenly without a grid.
    const x = ((i * 0.7548777) % 1) * 400;
    const y = ((i * 0.569840291) % 1) * to;
    const size = 4 + ((i * 7) % 7);
    return svg`<path transform="translate(${x} ${y}) rotate(${(i * 53) % 360})" d="M${-size} 0L${-size * 0.3} ${-size}L${size} ${-size * 0.4}L${size * 0.5} ${size}Z" fill="${colours[i % colours.length] ?? ''}" fill-opacity=".7"/>`;
  });
}

function arch(colour: string): string {
  return svg`<path d="M62 ${FLOOR}V190a138 138 0 0 1 276 0V${FLOOR}Z" fill="${colour}" fill-opacity=".9"/><path d="M62 ${FLOOR}V190a138 138 0 0 1 138 -138a130 138 0 0 0 -124 138V${FLOOR}Z" fill="#000" fill-opacity=".07"/>`;
}

function arches(outer: string, inner: string): string {
  return repeated(4, (i) => {
    const half = 176 - i * 38;
    return svg`<path d="M${centre - half} ${FLOOR}V210a${half} ${half} 0 0 1 ${2 * half} 0V${FLOOR}Z" fill="${i % 2 === 0 ? outer : inner}" fill-opacity=".75"/>`;
  });
}

function disc(colour: string): string {
  return svg`<circle cx="${centre + 5}" cy="212" r="170" fill="#000" fill-opacity=".06"/><circle cx="${centre}" cy="206" r="168" fill="${colour}"/>`;
}

function panels(colour: string): string {
  const path = repeated(4, (i) => svg`M${14 + i * 98} 26h78v150h-78zM${14 + i * 98} 206h78v168h-78z`);
  return lines(path, colour, 3, 0.6) + svg`<g transform="translate(1.5 2)">${lines(path, '#ffffff', 2, 0.6)}</g>`;
}

function boards(): string {
  return lines(
    repeated(9, (i) => svg`M${20 + i * 45} 0V${FLOOR - 9}`),
    '#c9b58c',
    2.2,
    0.8,
  );
}

function marble(): string {
  return repeated(7, (i) => {
    const y = i * 78 - 40;
    const vein = svg`M-10 ${y}C80 ${y + 60} 120 ${y - 20} 210 ${y + 50}S330 ${y + 20} 420 ${y + 96}`;
    return lines(vein, '#9aa0a6', 5, 0.1) + lines(vein, '#8d9399', 1.3, 0.35);
  });
}

function planks(): string {
  return repeated(7, (i) => {
    const x = i * 60;
    const grain = repeated(
      3,
      (k) => svg`M${x + 12 + k * 16} 0C${x + 20 + k * 14} 150 ${x + 4 + k * 17} 320 ${x + 14 + k * 15} 480`,
    );
    return svg`<rect x="${x}" width="60" height="480" fill="${i % 2 === 0 ? '#000' : '#fff'}" fill-opacity=".07"/>${lines(grain, '#6d4a28', 1.2, 0.3)}${lines(svg`M${x} 0V480`, '#5c3d20', 2, 0.5)}`;
  });
}

function weave(colour: string): string {
  return lines(repeated(40, (i) => svg`M0 ${i * 12}H400`) + repeated(34, (i) => svg`M${i * 12} 0V480`), colour, 3, 0.5);
}
