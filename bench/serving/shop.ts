import type { CatalogBatch } from '#catalog';
import {
  EMBEDDING_SIZE,
  type GenerationId,
  type ImageId,
  type JobId,
  type OfferId,
  type ProductId,
  Random,
  sha256,
  SHAPE_SIZE,
  type StyleId,
} from '#foundation';
import type { PhotoVector } from '#generations';
import type { Database } from '#persistence';
import { normaliseParts } from '#similarity';

export const PRODUCTS_A_STYLE = 3;
const PRODUCTS_A_CUT = 60;
const COLOURS = 40;
const SIZES = ['S', 'M'];
const MATERIALS = 10;
const CATEGORIES = ['Women > Dresses', 'Women > Tops', 'Men > Tops', 'Men > Trousers', 'Women > Skirts'];
const LEAST_PRICE = 10;
const PRICES = 100;
const BATCH_PRODUCTS = 500;
const NOISE = 1 << 20;
/** Half the width of the noise of a value in [-1, 1]: of a style in its cut, of a product in its style, in its colour. */
const SPREAD = { style: 0.4, product: 0.15, colour: 0.3 };

/** What the filters of the benchmark ask about. */
interface Facts {
  material: number;
  price: number;
  inStock: boolean;
}

/** A filter in the language of the API, and which products pass it. */
export interface ShopFilter {
  name: string;
  /** null: none. */
  text: string | null;
  passes: (facts: Facts) => boolean;
}

const isLinen = ({ material }: Facts) => material === 0;
const isCheap = ({ price }: Facts) => price < LEAST_PRICE + 1;

/** Attribute, price and both: of all products a tenth, a hundredth and a thousandth. */
export const FILTERS: ShopFilter[] = [
  { name: 'none', text: null, passes: () => true },
  { name: '10 %', text: "attribute.material = 'material 0'", passes: isLinen },
  { name: '1 %', text: `price < ${LEAST_PRICE + 1}`, passes: isCheap },
  {
    name: '.1 %',
    text: `attribute.material = 'material 0' AND price < ${LEAST_PRICE + 1}`,
    passes: (facts) => isLinen(facts) && isCheap(facts),
  },
];

/**
 * A shop that was never drawn: products in styles, styles around cuts, colours around forty hues, so that near neighbours
 * exist, as among clothes. A tenth is out of stock.
 */
export class Shop {
  /** `[size, 128]`, each part of unit length. */
  readonly embeddings: Float32Array;
  readonly facts: Facts[];

  /** @param size how many products */
  constructor(
    readonly size: number,
    private readonly random: Random,
  ) {
    this.embeddings = this.embed();
    this.facts = Array.from({ length: size }, () => ({
      material: random.int(MATERIALS),
      price: LEAST_PRICE + random.int(PRICES),
      inStock: random.next() >= 0.1,
    }));
  }

  embeddingOf(product: number): Float32Array {
    return this.embeddings.subarray(EMBEDDING_SIZE * product, EMBEDDING_SIZE * (product + 1));
  }

  /** Imports the products and serves a generation of them. */
  async fill(database: Database, importId: JobId): Promise<GenerationId> {
    for (let start = 0; start < this.size; start += BATCH_PRODUCTS) {
      await database.catalog.saveBatch(importId, this.batch(start, Math.min(this.size, start + BATCH_PRODUCTS)));
    }
    await database.catalog.finishImport(importId);
    const { generations } = database;
    const model = { version: 'bench', createdAt: new Date().toISOString(), extractorId: 'none', dial: 0.5 };
    await generations.registerModel(model, '/nowhere');
    const build = await generations.build('bench' as never);
    await build.copy(this.vectors());
    await build.index();
    await build.complete();
    await generations.activate(build.id, () => ({
      action: 'activated-first',
      by: 'bench',
      reason: null,
      verdict: null,
    }));
    return build.id;
  }

  private embed(): Float32Array {
    const { random, size } = this;
    // Drawn from once: 64 million fresh numbers would take longer than what is measured.
    const noise = Float32Array.from({ length: NOISE }, () => random.between(-1, 1));
    const noiseAt = (position: number) => noise[position % NOISE] ?? 0;
    const cuts = Math.ceil(size / PRODUCTS_A_CUT);
    const embeddings = new Float32Array(size * EMBEDDING_SIZE);
    for (let product = 0; product < size; product += 1) {
      const style = Math.floor(product / PRODUCTS_A_STYLE);
      const [ofCut, ofStyle] = [7_919 * (style % cuts), 15_485_863 + 104_729 * style];
      const ofHue = 86_028_121 + 611_953 * random.int(COLOURS);
      const own = random.int(NOISE);
      const embedding = embeddings.subarray(EMBEDDING_SIZE * product, EMBEDDING_SIZE * (product + 1));
      for (let i = 0; i < EMBEDDING_SIZE; i += 1) {
        embedding[i] =
          i < SHAPE_SIZE
            ? noiseAt(ofCut + i) + SPREAD.style * noiseAt(ofStyle + i) + SPREAD.product * noiseAt(own + i)
            : noiseAt(ofHue + i) + SPREAD.colour * noiseAt(own + i);
      }
      normaliseParts(embedding);
    }
    return embeddings;
  }

  private async *vectors(): AsyncGenerator<PhotoVector[]> {
    for (let start = 0; start < this.size; start += BATCH_PRODUCTS) {
      yield Array.from({ length: Math.min(BATCH_PRODUCTS, this.size - start) }, (_, i) => {
        const product = start + i;
        return { imageId: imageOf(product), embedding: this.embeddingOf(product), mainOf: [productId(product)] };
      });
    }
  }

  private batch(start: number, end: number): CatalogBatch {
    const batch: CatalogBatch = { offers: [], products: [], morePhotos: [], images: [], sources: [], quarantine: [] };
    for (let product = start; product < end; product += 1) {
      const { material, price, inStock } = this.facts[product]!;
      const imageId = imageOf(product);
      batch.images.push({
        ...{ imageId, source: `/srv/shop/photos/${product}.jpg`, width: 1200, height: 1600 },
        look: { hash: Buffer.from(imageId, 'hex'), grid: Buffer.alloc(588), detail: 50 },
      });
      const style = Math.floor(product / PRODUCTS_A_STYLE);
      batch.products.push({
        ...{ productId: productId(product), styleId: styleId(product), imageIds: [imageId] },
        title: `Relaxed linen garment number ${product} with a quiet name`,
        description: `A synthetic product, number ${product}. `.repeat(8),
        ...{ brand: 'Weft Bench', gender: 'female', colour: `colour ${product % PRODUCTS_A_STYLE}` },
        category: CATEGORIES[style % CATEGORIES.length] ?? null,
      });
      for (const size of SIZES) {
        batch.offers.push({
          ...{ offerId: `${productId(product)}-${size}` as OfferId, productId: productId(product), size },
          link: `https://shop.example/products/${product}?size=${size}`,
          ...{ price, salePrice: null, currency: 'EUR', availability: inStock ? 'in_stock' : 'out_of_stock' },
          attributes: { material: `material ${material}`, gtin: `40000000${product}` },
        });
      }
    }
    return batch;
  }
}

export const productId = (product: number) => `product-${product}` as ProductId;

const styleId = (product: number) => `style-${Math.floor(product / PRODUCTS_A_STYLE)}` as StyleId;

const imageOf = (product: number) => sha256(`photo-${product}`) as ImageId;
