import { Random } from '#foundation';

const SQUARE = 16;

/** Pictures of coloured squares of 16 pixels, with edges and every kind of colour: each RGB `[side, side, 3]`. */
export function testPictures(count: number, side: number): Uint8Array[] {
  const random = new Random(1);
  const squares = Math.ceil(side / SQUARE);
  return Array.from({ length: count }, () => {
    const colours = Uint8Array.from({ length: squares * squares * 3 }, () => random.int(256));
    return Uint8Array.from({ length: side * side * 3 }, (_, at) => {
      const pixel = Math.floor(at / 3);
      const [row, column] = [Math.floor(pixel / side / SQUARE), Math.floor((pixel % side) / SQUARE)];
      return colours[(row * squares + column) * 3 + (at % 3)] as number;
    });
  });
}
