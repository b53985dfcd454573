import { fileURLToPath } from 'node:url';
import { z } from 'zod';

/** Where machines that have homes of their own share files. */
export const artifactPlaceSchema = z.union([
  /** A directory that all of them see, by its absolute path. */
  z.strictObject({ directory: z.string() }),
  z.strictObject({
    bucket: z.string(),
    /** Before every key, without a slash at its end; may be empty. */
    prefix: z.string(),
    /** null: Amazon's, in the region that the AWS SDK finds. */
    server: z.strictObject({ endpoint: z.string(), region: z.string() }).nullable(),
  }),
]);
export type ArtifactPlace = z.infer<typeof artifactPlaceSchema>;

const WORDS = 'must be s3://bucket, s3://bucket/prefix or file:///directory';

/** `s3://bucket/prefix` or `file:///directory`. */
export const artifactPlace = z.string().transform((text, context) => {
  const place = placeAt(text);
  if (place !== null) return place;
  context.addIssue({ code: 'custom', message: WORDS });
  return z.NEVER;
});

function placeAt(text: string): { directory: string } | { bucket: string; prefix: string } | null {
  const [, bucket, path = ''] = /^s3:\/\/([a-z\d][a-z\d.-]+[a-z\d])(?:\/([\w./-]*))?$/.exec(text) ?? [];
  if (bucket !== undefined) {
    const parts = path.split('/').filter((part) => part !== '');
    return parts.some((part) => /^\.+$/.test(part)) ? null : { bucket, prefix: parts.join('/') };
  }
  if (!/^file:\/\/\/./.test(text)) return null;
  try {
    return { directory: fileURLToPath(text) };
  } catch {
    return null;
  }
}
