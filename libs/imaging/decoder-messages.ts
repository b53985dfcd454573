import { z } from 'zod';
import { CANONICAL_SIZES } from './canonical-size.js';
import { LOOK_BYTES } from './look.js';

const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array);
const side = z.int().min(1).max(100_000);

/** What a decoder process is asked. */
export const decoderRequestSchema = z.discriminatedUnion('task', [
  z.strictObject({
    task: z.literal('canonical'),
    bytes,
    side: z.int().min(CANONICAL_SIZES.from).max(CANONICAL_SIZES.to),
    limits: z.strictObject({ maxBytes: z.int(), maxPixels: z.int() }),
    box: z
      .strictObject({
        ...{ x: z.number(), y: z.number(), width: z.number(), height: z.number() },
        unit: z.enum(['fraction', 'pixel']),
      })
      .nullable(),
  }),
  z.strictObject({ task: z.literal('fit'), bytes, width: side, height: side, format: z.enum(['webp', 'rgb']) }),
]);
export type DecoderRequest = z.infer<typeof decoderRequestSchema>;

/**
 * Canonical pixels [side, side, 3] as asked, size of the upright photo, mean CIELAB of its foreground,
 * what it looks like.
 */
const canonicalSchema = z.strictObject({
  task: z.literal('canonical'),
  pixels: bytes,
  width: side,
  height: side,
  lab: z.tuple([z.number(), z.number(), z.number()]),
  look: z.strictObject({
    hash: bytes.refine(({ length }) => length === LOOK_BYTES.hash),
    grid: bytes.refine(({ length }) => length === LOOK_BYTES.grid),
    detail: z.int().min(0).max(100),
  }),
});
/** A WebP file, or RGB bytes [height, width, 3]; and its size in pixels. */
const fitSchema = z.strictObject({ task: z.literal('fit'), bytes, width: side, height: side });

/** `ready` comes first and once; then one answer a request. Nothing that a decoder says is believed unchecked. */
export const decoderReplySchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('ready') }),
  z.strictObject({ type: z.literal('decoded'), picture: z.discriminatedUnion('task', [canonicalSchema, fitSchema]) }),
  z.strictObject({
    type: z.literal('rejected'),
    code: z.enum([
      'image-too-many-bytes',
      'image-too-many-pixels',
      'image-not-an-image',
      'image-broken',
      'image-too-slow',
      'image-empty',
      'image-box-unusable',
    ]),
    message: z.string().max(2000),
    value: z.union([z.string().max(200), z.number()]).optional(),
  }),
]);
export type DecoderReply = z.infer<typeof decoderReplySchema>;
export type DecodedPicture = Extract<DecoderReply, { type: 'decoded' }>['picture'];
