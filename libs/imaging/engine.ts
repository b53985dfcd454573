import sharp from 'sharp';

/** One photo, one thread: imports decode several photos at once, which uses the cores better than splitting one. */
sharp.concurrency(1);
/** Photos are decoded once and then known by their features; caching operations would only hold memory. */
sharp.cache(false);
/** Loaders are the surface that hostile files reach: all are switched off, then the few that Weft needs switched on. */
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: ['Jpeg', 'Png', 'Webp', 'Nsgif', 'Heif', 'Tiff', 'Svg'].map((format) => `VipsForeignLoad${format}Buffer`),
});

/** sharp, set up for this process. Every module of this library takes it from here. */
export { default as engine } from 'sharp';

/** Versions of the imaging parts, for `weft doctor` and for manifests. */
export function imagingVersions(): { sharp: string; libvips: string } {
  const versions = sharp.versions as Record<string, string>;
  return { sharp: versions['sharp'] ?? 'unknown', libvips: versions['vips'] ?? 'unknown' };
}
