import { WeftError } from '#foundation';
import type { OverlayOptions } from 'sharp';
import { allowLoaders, engine } from './engine.js';
import { ImageRejected } from './image-rejected.js';
import { fitPhoto } from './photo-decoder.js';

/** One picture of a sheet. */
export interface SheetCell {
  /** Bytes of the photo; null draws an empty frame. */
  bytes: Uint8Array | null;
  /** Lines below the photo, from the top; long ones are cut, at most three are shown. */
  caption: string[];
  /** Green, red or grey frame. @default 'neutral' */
  mark?: 'hit' | 'miss' | 'neutral';
}

/** PNG is exact; JPEG and WebP are about a tenth of its size. */
export const SHEET_FORMATS = ['png', 'jpeg', 'webp'] as const;

/** Queries at the left, what was found for each to its right, nearest first. */
interface ContactSheet {
  title: string;
  /** @default 'png' */
  format?: (typeof SHEET_FORMATS)[number];
  rows: { query: SheetCell; results: SheetCell[] }[];
}

allowLoaders(['Svg']);

const CELL = 148;
const PHOTO_HEIGHT = 168;
const LINE = 15;
const CAPTION_LINES = 3;
const CAPTION_CHARACTERS = 23;
const GAP = 10;
const QUERY_GAP = 26;
const MARGIN = 20;
const HEADER = 56;
const ROW = PHOTO_HEIGHT + CAPTION_LINES * LINE + 26;
const RESULTS = 10;
const ENCODING = { png: { compressionLevel: 9 }, jpeg: { quality: 82 }, webp: { quality: 80 } } as const;
const FRAME = { hit: '#2e9e5b', miss: '#d2453d', neutral: '#c9ccd1' } as const;

/**
 * A picture that shows queries and at most their top ten results, for people: README, notes, a merchandiser's check.
 * A photo that cannot be read is drawn as a frame that says so.
 *
 * @throws WeftError `fonts-missing` when the machine has no font at all: captions would silently be blank
 */
export async function drawContactSheet(sheet: ContactSheet): Promise<Uint8Array> {
  await requireFonts();
  const columns = Math.max(1, ...sheet.rows.map((row) => Math.min(RESULTS, row.results.length)));
  const width = MARGIN * 2 + CELL + QUERY_GAP + columns * (CELL + GAP) - GAP;
  const height = HEADER + Math.max(1, sheet.rows.length) * ROW + MARGIN;
  const placed = sheet.rows.flatMap((row, line) =>
    [row.query, ...row.results.slice(0, RESULTS)].map((cell, index) => ({
      cell,
      isQuery: index === 0,
      left: MARGIN + (index === 0 ? 0 : CELL + QUERY_GAP + (index - 1) * (CELL + GAP)),
      top: HEADER + line * ROW,
    })),
  );
  const photos: OverlayOptions[] = [];
  const drawing: string[] = [text(MARGIN, 34, 20, '#1d2129', sheet.title, 'font-weight="bold"')];
  for (const { cell, isQuery, left, top } of placed) {
    const photo = cell.bytes === null ? 'no photo' : await fittedPhoto(cell.bytes);
    if (typeof photo !== 'string') {
      photos.push({
        input: Buffer.from(photo.bytes),
        raw: { width: photo.width, height: photo.height, channels: 3 },
        left: left + ((CELL - photo.width) >> 1),
        top: top + ((PHOTO_HEIGHT - photo.height) >> 1),
      });
    } else {
      drawing.push(text(left + CELL / 2, top + PHOTO_HEIGHT / 2, 12, '#8b9099', photo, 'text-anchor="middle"'));
    }
    drawing.push(frame(left, top, isQuery ? '#1d2129' : FRAME[cell.mark ?? 'neutral'], isQuery ? 2 : 4));
    cell.caption.slice(0, CAPTION_LINES).forEach((line, index) => {
      const colour = index === 0 ? '#1d2129' : '#5f6570';
      drawing.push(text(left, top + PHOTO_HEIGHT + 18 + index * LINE, 11.5, colour, shortened(line)));
    });
  }
  const overlay = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${drawing.join('')}</svg>`;
  return engine({ create: { width, height, channels: 3, background: '#ffffff' } })
    .composite([...photos, { input: Buffer.from(overlay), left: 0, top: 0 }])
    .toFormat(sheet.format ?? 'png', ENCODING[sheet.format ?? 'png'])
    .toBuffer();
}

async function fittedPhoto(bytes: Uint8Array): Promise<{ bytes: Uint8Array; width: number; height: number } | string> {
  try {
    return await fitPhoto(bytes, { width: CELL - 8, height: PHOTO_HEIGHT - 8, format: 'rgb' });
  } catch (error) {
    if (error instanceof ImageRejected) return error.code.replace('image-', '').replaceAll('-', ' ');
    throw error;
  }
}

function frame(left: number, top: number, colour: string, stroke: number): string {
  const inset = stroke / 2;
  return (
    `<rect x="${left + inset}" y="${top + inset}" width="${CELL - stroke}" height="${PHOTO_HEIGHT - stroke}" ` +
    `rx="5" fill="none" stroke="${colour}" stroke-width="${stroke}"/>`
  );
}

function text(x: number, y: number, size: number, colour: string, content: string, extra = ''): string {
  return `<text x="${x}" y="${y}" font-family="sans-serif" font-size="${size}" fill="${colour}" ${extra}>${escapeXml(content)}</text>`;
}

function shortened(line: string): string {
  const characters = [...line];
  return characters.length <= CAPTION_CHARACTERS ? line : `${characters.slice(0, CAPTION_CHARACTERS - 1).join('')}…`;
}

/** Makes any text safe inside an SVG: markup characters become entities, characters that XML forbids vanish. */
export function escapeXml(content: string): string {
  return content
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '')
    .replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

let fonts: Promise<boolean> | undefined;

/** Text in a drawing needs a font of the machine; librsvg draws nothing where there is none. */
async function requireFonts(): Promise<void> {
  fonts ??= engine(
    Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="24" height="24">${text(2, 20, 20, '#000', 'M')}</svg>`),
  )
    .stats()
    .then((stats) => !stats.isOpaque && (stats.channels[3]?.max ?? 0) > 0);
  if (!(await fonts)) {
    throw new WeftError('fonts-missing', 'This machine has no fonts, so a contact sheet would have no captions.', {
      remedy: 'Install a font: apt-get install fontconfig fonts-dejavu-core',
    });
  }
}
