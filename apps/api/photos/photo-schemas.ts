import { z } from 'zod';
import { productOrOfferId } from '#foundation';
import { FALSE_ACCEPT_RATES } from '#evaluation';
import type { ImageId } from '#foundation';
import type { PhotoReference, PhotoSearch } from '#recognition';
import type { RecommendationIds } from '#shoppers';
import { lookalikeBody } from '#similarity';
import { requestSchema, responseSchema } from '../http/schema-registry.js';
import {
  PRODUCT_EXAMPLE,
  presentProduct,
  presentRecommendations,
  productResponse,
  recommendationsResponse,
  SIMILAR_EXAMPLE,
} from '../products/product-schemas.js';

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

const side = z.number().positive();
const box = z
  .strictObject({
    x: z.number().min(0),
    y: z.number().min(0),
    width: side,
    height: side,
    unit: z.enum(['fraction', 'pixel']).default('fraction').describe('fraction: of the width and height, 0 to 1.'),
  })
  .describe('The part of the upright photo that is meant, from its top left corner. Default: the whole.');

const WAYS = ['base64', 'url', 'imageId', 'productId'] as const;
const photo = z
  .strictObject({
    base64: base64.optional(),
    url: z
      .url({ protocol: /^https?$/, error: 'must be an http or https address' })
      .max(2048)
      .optional()
      .describe('Where the photo is fetched from: public addresses only, of at most 8 MiB.'),
    imageId: z
      .string()
      .regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in lower-case hexadecimal')
      .optional()
      .describe('A photo of the catalogue.'),
    productId: productOrOfferId.optional().describe('A product id or an offer id; its main photo is meant.'),
    box: box.optional(),
  })
  .refine((given) => WAYS.filter((way) => given[way] !== undefined).length === 1, {
    message: 'must have exactly one of base64, url, imageId and productId',
  });

export const verificationRequest = requestSchema(
  'VerificationRequest',
  z.strictObject({
    photos: z.array(photo).length(2).describe('The two photos, each in one of four ways.'),
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
        accepted: z
          .object({
            sameProduct: z.number().nullable(),
            otherColours: z.number().nullable(),
            otherStyles: z.number().nullable(),
          })
          .nullable()
          .describe(
            'Share of each sort of pairs of hold-out styles that the threshold accepts; null: none were asked.',
          ),
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
  decision: {
    ...{ falseAcceptRate: 0.1, threshold: 0.62, isSame: false },
    accepted: { sameProduct: 0.81, otherColours: 0.17, otherStyles: 0.02 },
  },
};

export const searchRequest = requestSchema(
  'PhotoSearchRequest',
  lookalikeBody({ photo: photo.describe('The photo, in one of four ways.') }),
);

export const SEARCH_REQUEST_EXAMPLE = {
  photo: {
    url: 'https://photos.example/street.jpg',
    box: { x: 0.25, y: 0.1, width: 0.5, height: 0.6, unit: 'fraction' },
  },
  count: 5,
} satisfies z.input<typeof searchRequest>;

const recognitionResponse = responseSchema(
  'Recognition',
  z.object({
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
      .describe('The five most probable products.'),
  }),
);

export const searchResponse = responseSchema(
  'PhotoSearch',
  z.object({
    recognition: recognitionResponse
      .nullable()
      .describe('Which product it is; null: the model was not calibrated to tell products apart by photos.'),
    similar: recommendationsResponse.describe(
      'What looks like it. A recognised product and the other colours of its style are left out, and its gender is the default.',
    ),
  }),
);

export const SEARCH_EXAMPLE: z.input<typeof searchResponse> = {
  recognition: {
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
  },
  similar: SIMILAR_EXAMPLE,
};

/**
 * The photo that one part of a request names.
 *
 * @param fetched gives the bytes at an address
 */
export async function photoOf(
  { base64: text, url, imageId, productId, box: part }: z.output<typeof photo>,
  fetched: (url: string) => Promise<Uint8Array>,
): Promise<PhotoReference> {
  const where = part === undefined ? {} : { box: part };
  if (text !== undefined) return { bytes: Buffer.from(text, 'base64'), ...where };
  if (url !== undefined) return { bytes: await fetched(url), ...where };
  if (imageId !== undefined) return { imageId: imageId as ImageId, ...where };
  return { productId: productId as string, ...where };
}

/** @param asked when, and by which place of the storefront; a photo is part of no experiment */
export async function presentSearch(
  { recognition, similar }: PhotoSearch,
  ids: RecommendationIds,
  asked: { at: Date; scenario: string | undefined },
): Promise<z.input<typeof searchResponse>> {
  return {
    recognition: recognition && {
      ...recognition,
      recognised: recognition.recognised && {
        ...recognition.recognised,
        product: presentProduct(recognition.recognised.product),
      },
      nearest: recognition.nearest.map(({ product, ...candidate }) => ({
        ...candidate,
        product: presentProduct(product),
      })),
    },
    similar: await presentRecommendations(similar, ids, { ...asked, assignment: null }),
  };
}

function decodedLength(text: string): number {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  return (text.length / 4) * 3 - padding;
}
