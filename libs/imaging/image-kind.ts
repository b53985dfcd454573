/** The photo formats Weft decodes, by sharp's names (`heif` holds AVIF only: HEVC is not in the shipped libvips). */
export type ImageKind = 'jpeg' | 'png' | 'webp' | 'gif' | 'heif' | 'tiff';

const AVIF_BRANDS = new Set(['avif', 'avis', 'mif1', 'msf1', 'miaf']);

/**
 * The format that the first bytes announce; null for everything else. File names are not asked: feeds lie.
 * SVG is deliberately unknown: it is a program for a renderer, not a photo.
 */
export function sniffImageKind(bytes: Uint8Array): ImageKind | null {
  const ascii = (from: number, to: number): string => String.fromCharCode(...bytes.subarray(from, to));
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return 'jpeg';
  if (ascii(0, 8) === '\x89PNG\r\n\x1a\n') return 'png';
  if (ascii(0, 4) === 'RIFF' && ascii(8, 12) === 'WEBP') return 'webp';
  if (ascii(0, 6) === 'GIF87a' || ascii(0, 6) === 'GIF89a') return 'gif';
  if (ascii(4, 8) === 'ftyp' && AVIF_BRANDS.has(ascii(8, 12))) return 'heif';
  if (ascii(0, 4) === 'II*\0' || ascii(0, 4) === 'MM\0*') return 'tiff';
  return null;
}
