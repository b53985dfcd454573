import sharp from 'sharp';

/** One photo, one thread: imports decode several photos at once, which uses the cores better than splitting one. */
sharp.concurrency(1);
/** Photos are decoded once and then known by their features; caching operations would only hold memory. */
sharp.cache(false);
/** Loaders are the surface that hostile files reach: all are switched off until a module asks for the few it needs. */
sharp.block({ operation: ['VipsForeignLoad'] });

/** Switches loaders of this process on, for bytes in memory only. Photos and drawings never need the same ones. */
export function allowLoaders(formats: ('Jpeg' | 'Png' | 'Webp' | 'Nsgif' | 'Heif' | 'Tiff' | 'Svg')[]): void {
  sharp.unblock({ operation: formats.map((format) => `VipsForeignLoad${format}Buffer`) });
}

/** sharp, set up for this process. Every module of this library takes it from here. */
export { default as engine } from 'sharp';

/** Versions of the imaging parts, for `weft doctor` and for manifests. */
export function imagingVersions(): { sharp: string; libvips: string } {
  const versions = sharp.versions as Record<string, string>;
  return { sharp: versions['sharp'] ?? 'unknown', libvips: versions['vips'] ?? 'unknown' };
}
