import { z } from 'zod';
import { FALSE_ACCEPT_RATES } from '#evaluation';
import type { ImageId } from '#foundation';
import type { PhotoReference, Recognition } from '#recognition';
import { productOrOfferId } from '../http/fields.js';
import { requestSchema, responseSchema } from '../http/schema-registry.js';
import { PRODUCT_EXAMPLE, presentProduct, productResponse } from '../products/product-schemas.js';

/** Of the file: most photos of telephones are smaller. */
export const PHOTO_BYTES = 8 * 1024 * 1024;
/** Base64 takes four characters for three bytes. */
const PHOTO_CHARACTERS = 4 * Math.ceil(PHOTO_BYTES / 3);
/** Largest body with so many photos, and some room for what else is in it. */
export const bodyBytesOf = (photos: number) => photos * PHOTO_CHARACTERS + 16 * 1024;

/** Decoded as it is checked: Node passes over what is not base64, so that the length tells. */
const base64 = z
  .string()
  .min(1)
  .max(PHOTO_CHARACTERS)
  .refine(
    (text) => text.length % 4 === 0 && decodedLength(text) === Buffer.from(text, 'base64').length,
    'must be base64',
  )
  .describe('The photo file (JPEG, PNG, WebP, AVIF or GIF) of at most 8 MiB in base64, padded, without line breaks.');

const photo = z
  .strictObject({
    base64: base64.optional(),
    imageId: z
      .string()
      .regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in lower-case hexadecimal')
      .optional()
      .describe('A photo of the catalogue.'),
    productId: productOrOfferId.optional().describe('A product id or an offer id; its main photo is meant.'),
  })
  .refine((given) => Object.values(given).filter((value) => value !== undefined).length === 1, {
    message: 'must have exactly one of base64, imageId and productId',
  });

export const verificationRequest = requestSchema(
  'VerificationRequest',
  z.strictObject({
    photos: z.array(photo).length(2).describe('The two photos, each in one of three ways.'),
    falseAcceptRate: z
      .union(FALSE_ACCEPT_RATES.map((rate) => z.literal(rate)))
      .optional()
      .describe(`One of ${FALSE_ACCEPT_RATES.join(', ')}: also decide, at this share of wrong pairs accepted.`),
  }),
);

export const VERIFICATION_REQUEST_EXAMPLE: z.input<typeof verificationRequest> = {
  photos: [{ productId: 'mh07--gray' }, { productId: 'mh07--black' }],
  falseAcceptRate: 0.1,
};

const byPart = z.object({ shape: z.number(), colour: z.number() });

export const verificationResponse = responseSchema(
  'Verification',
  z.object({
    modelVersion: z.string(),
    probability: z
      .number()
      .describe('That both show the same product, for pairs that do as often as not; see docs/verification.md.'),
    similarity: byPart.describe('Cosines, -1 to 1.'),
    distance: byPart.describe('Squared Euclidean distances of unit vectors, 0 to 4.'),
    decision: z
      .object({
        falseAcceptRate: z.number(),
        threshold: z.number().describe('Probability at the threshold.'),
        isSame: z.boolean(),
      })
      .nullable()
      .describe('null where no falseAcceptRate was asked for.'),
  }),
);

export const VERIFICATION_EXAMPLE: z.input<typeof verificationResponse> = {
  modelVersion: '20261124-093000-1a2b3c4d',
  probability: 0.21,
  similarity: { shape: 0.98, colour: 0.12 },
  distance: { shape: 0.04, colour: 1.76 },
  decision: { falseAcceptRate: 0.1, threshold: 0.62, isSame: false },
};

export const recognitionRequest = requestSchema(
  'RecognitionRequest',
  z.strictObject({
    base64,
    count: z.int().min(1).max(20).default(5).describe('How many of the nearest products to name.'),
  }),
);

export const RECOGNITION_REQUEST_EXAMPLE: z.input<typeof recognitionRequest> = { base64: '/9j/4AAQSkZJRg==', count: 3 };

export const recognitionResponse = responseSchema(
  'Recognition',
  z.object({
    modelVersion: z.string(),
    recognised: z
      .object({ product: productResponse, votes: z.int().describe('Photos that voted for it.') })
      .nullable()
      .describe('The product that the photo shows; null: none of these.'),
    probability: z
      .number()
      .nullable()
      .describe(
        'That the winner of the vote is right, half of all photos showing products that are not in the catalogue.',
      ),
    threshold: z
      .number()
      .nullable()
      .describe('Probability from which on the winner is named; null: the model has none and names none.'),
    nearest: z
      .array(
        z.object({
          product: productResponse,
          imageId: z.string().describe('Its most similar photo.'),
          similarity: byPart,
          probability: z.number().describe('That this photo and the one sent show the same product, as a pair.'),
          votes: z.int(),
        }),
      )
      .describe('The most probable products first.'),
  }),
);

export const RECOGNITION_EXAMPLE: z.input<typeof recognitionResponse> = {
  modelVersion: '20261124-093000-1a2b3c4d',
  recognised: { product: PRODUCT_EXAMPLE, votes: 1 },
  probability: 0.81,
  threshold: 0.62,
  nearest: [
    {
      product: PRODUCT_EXAMPLE,
      imageId: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
      similarity: { shape: 0.91, colour: 0.95 },
      probability: 0.88,
      votes: 1,
    },
  ],
};

/** The photo that one part of a request names. */
export function photoOf({ base64: text, imageId, productId }: z.output<typeof photo>): PhotoReference {
  if (text !== undefined) return { bytes: Buffer.from(text, 'base64') };
  if (imageId !== undefined) return { imageId: imageId as ImageId };
  return { productId: productId as string };
}

export function presentRecognition({
  recognised,
  nearest,
  ...answer
}: Recognition): z.input<typeof recognitionResponse> {
  return {
    ...answer,
    recognised: recognised && { ...recognised, product: presentProduct(recognised.product) },
    nearest: nearest.map(({ product, ...candidate }) => ({ ...candidate, product: presentProduct(product) })),
  };
}

function decodedLength(text: string): number {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  return (text.length / 4) * 3 - padding;
}
