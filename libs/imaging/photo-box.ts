import { ImageRejected } from './image-rejected.js';
import { MIN_SIDE } from './limits.js';

/** A part of an upright photo, from its top left corner: as fractions of its width and height, or in pixels. */
export interface PhotoBox {
  x: number;
  y: number;
  width: number;
  height: number;
  unit: 'fraction' | 'pixel';
}

/** Rounding may leave the sum of two fractions that much above 1. */
const SLACK = 1e-6;

/**
 * The pixels of a box, whole ones.
 *
 * @throws ImageRejected `image-box-unusable` where it leaves the photo or shows too little of it
 */
export function regionOf(
  { x, y, width, height, unit }: PhotoBox,
  photo: { width: number; height: number },
): { left: number; top: number; width: number; height: number } {
  const scale = unit === 'fraction' ? photo : { width: 1, height: 1 };
  const [mostX, mostY] = unit === 'fraction' ? [1, 1] : [photo.width, photo.height];
  const size = `${photo.width} x ${photo.height}`;
  if (!(x >= 0 && y >= 0 && x + width <= mostX + SLACK && y + height <= mostY + SLACK)) {
    throw unusable(`The box leaves the photo, which is ${size} pixels upright.`, size);
  }
  const [left, top] = [Math.round(x * scale.width), Math.round(y * scale.height)];
  const right = Math.min(photo.width, Math.round((x + width) * scale.width));
  const bottom = Math.min(photo.height, Math.round((y + height) * scale.height));
  const region = { left, top, width: right - left, height: bottom - top };
  if (!(Math.min(region.width, region.height) >= MIN_SIDE)) {
    const shown = `${region.width} x ${region.height}`;
    throw unusable(`The box shows ${shown} pixels; each side needs at least ${MIN_SIDE}.`, shown);
  }
  return region;
}

function unusable(message: string, value: string): ImageRejected {
  return new ImageRejected('image-box-unusable', message, {
    value,
    remedy: 'Give a box inside the upright photo, as fractions of its sides or in pixels.',
  });
}
