import { z } from 'zod';

/** What a feature thread is started with. */
export const threadSettingsSchema = z.strictObject({
  graphPath: z.string().min(1),
  /** Side of the square images, in pixels. */
  side: z.int().min(1),
});
export type ThreadSettings = z.infer<typeof threadSettingsSchema>;

/** Photos to compute the features of; `close` ends the thread once it has answered. */
export const featureRequestSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('extract'), photos: z.int().min(1), pixels: z.instanceof(Uint8Array) }), // [photos, side, side, 3]
  z.strictObject({ type: z.literal('close') }),
]);
export type FeatureRequest = z.infer<typeof featureRequestSchema>;

/** `ready` comes first and once; then one answer a request, in order. */
export const featureReplySchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('ready') }),
  z.strictObject({ type: z.literal('features'), features: z.instanceof(Float32Array) }), // [photos, width]
  z.strictObject({ type: z.literal('failed'), message: z.string() }),
]);
export type FeatureReply = z.infer<typeof featureReplySchema>;
