import sharp, { type Metadata } from 'sharp';

/** What sharp says of a picture that Weft made: in a process that has loaded #imaging every loader is off. */
export function imageMetadata(bytes: Uint8Array): Promise<Metadata> {
  sharp.unblock({ operation: ['VipsForeignLoad'] });
  return sharp(bytes).metadata();
}
