import { Random } from '#foundation';
import sharp, { type Sharp } from 'sharp';

export const FORMATS = ['jpeg', 'png', 'webp', 'gif', 'avif', 'tiff'] as const;
export type Format = (typeof FORMATS)[number];

const SIDE = 96;

/** A drawn garment on a soft background, with enough detail that most bytes of a file carry pixels. */
async function drawn(): Promise<Buffer> {
  const folds = Array.from({ length: 9 }, (_, i) => `<path d="M${20 + i * 6} 30q8 20 -4 58" stroke="#${i}5a"/>`).join(
    '',
  );
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${SIDE}" height="${SIDE}"><rect width="100%" height="100%" fill="#dcd6cc"/>` +
    `<path d="M30 18l-18 18 10 12 6-6v46h40v-46l6 6 10-12-18-18q-18 12-36 0z" fill="#2a6fb0"/>` +
    `<g fill="none" stroke-width="1.5">${folds}</g></svg>`;
  const flat = await sharp(Buffer.from(svg)).removeAlpha().raw().toBuffer();
  const random = new Random(7);
  return flat.map((value) => Math.max(0, Math.min(255, value + random.int(9) - 4))) as Buffer;
}

/** Whole files of the six formats, several ways of storing each: what mutations start from. */
export async function wholeFiles(): Promise<{ format: Format; name: string; bytes: Buffer }[]> {
  const pixels = await drawn();
  const picture = () => sharp(pixels, { raw: { width: SIDE, height: SIDE, channels: 3 } });
  const files: [Format, string, Sharp][] = [
    ['jpeg', 'baseline', picture().jpeg({ quality: 85 })],
    [
      'jpeg',
      'progressive',
      picture()
        .jpeg({ quality: 90, progressive: true })
        .withExif({ IFD0: { Artist: 'drawn' } }),
    ],
    ['png', 'plain', picture().png()],
    ['png', 'interlaced with a profile', picture().png({ progressive: true }).withIccProfile('p3')],
    ['webp', 'lossy', picture().webp({ quality: 85 })],
    ['webp', 'lossless', picture().webp({ lossless: true })],
    ['gif', 'plain', picture().gif()],
    ['gif', 'few colours', picture().gif({ colours: 16 })],
    ['avif', 'plain', picture().avif({ quality: 60, effort: 2 })],
    ['avif', '4:4:4', picture().avif({ quality: 80, effort: 2, chromaSubsampling: '4:4:4' })],
    ['tiff', 'raw', picture().tiff({ compression: 'none' })],
    ['tiff', 'deflate tiles', picture().tiff({ compression: 'deflate', tile: true, tileWidth: 64, tileHeight: 64 })],
    ['tiff', 'lzw', picture().tiff({ compression: 'lzw' })],
  ];
  return Promise.all(files.map(async ([format, name, file]) => ({ format, name, bytes: await file.toBuffer() })));
}
