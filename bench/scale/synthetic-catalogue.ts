import type { CatalogBatch, OfferRecord, ProductRecord } from '#catalog';
import type { FeatureCache } from '#embedder';
import {
  DEFAULT_LAYOUT,
  featureWidth,
  type ImageId,
  type JobId,
  type OfferId,
  type ProductId,
  Random,
  sha256,
  type StyleId,
} from '#foundation';
import type { Database } from '#persistence';

/** As in the studio catalogue of docs/evaluation.md: three photos to two products, about three products a style. */
const PHOTOS_A_PRODUCT = 1.5;
const PRODUCTS_A_STYLE = 3;
const SIZES = ['S', 'M', 'L'];
const CATEGORIES = ['Women > Dresses', 'Women > Tops', 'Men > Tops', 'Men > Trousers', 'Women > Skirts'];
const BATCH_PRODUCTS = 500;
const NOISE = 1 << 20;

/**
 * Fills a home with rows and features of photos that were never drawn: through the stores that an import uses, with
 * features that have a direction for each style and product, so that training and search have something to find.
 */
export class SyntheticCatalogue {
  private readonly random = new Random(1);
  /** Drawn from once: 140 million fresh numbers would take longer than what is measured. */
  private readonly noise = Float32Array.from({ length: NOISE }, () => this.random.between(-1, 1));

  /** @param photos how many, in all */
  constructor(private readonly photos: number) {}

  async fill(database: Database, cache: FeatureCache, importId: JobId): Promise<void> {
    const products = Math.round(this.photos / PHOTOS_A_PRODUCT);
    for (let start = 0; start < products; start += BATCH_PRODUCTS) {
      await this.save(database, cache, importId, start, Math.min(products, start + BATCH_PRODUCTS), '');
    }
    await database.catalog.finishImport(importId);
  }

  /** Gives the first `products` other photos, as a feed that names only these would; whoever fills generations comes later. */
  async change(database: Database, cache: FeatureCache, importId: JobId, products: number): Promise<void> {
    await this.save(database, cache, importId, 0, products, '-again');
  }

  private async save(
    database: Database,
    cache: FeatureCache,
    importId: JobId,
    start: number,
    end: number,
    suffix: string,
  ): Promise<void> {
    const batch: CatalogBatch = { offers: [], products: [], morePhotos: [], images: [], sources: [], quarantine: [] };
    const features: Parameters<FeatureCache['append']>[0] = [];
    for (let at = start; at < end; at += 1) {
      const imageIds: ImageId[] = [];
      const last = Math.min(this.photos, Math.round((at + 1) * PHOTOS_A_PRODUCT));
      for (let photo = Math.round(at * PHOTOS_A_PRODUCT); photo < last; photo += 1) {
        const imageId = sha256(`photo-${photo}${suffix}`) as ImageId;
        const source = `/srv/shop/photos/${String(photo).padStart(8, '0')}-front-1200x1600${suffix}.jpg`;
        imageIds.push(imageId);
        batch.images.push({
          imageId,
          source,
          width: 1200,
          height: 1600,
          look: { hash: Buffer.from(imageId, 'hex'), grid: Buffer.alloc(588), detail: 50 },
        });
        batch.sources.push({ source, fingerprint: `${photo}-180000-1764000000000`, imageId, rejection: null });
        features.push({
          imageId,
          features: this.featuresOf(at, photo + suffix.length),
          lab: [50, photo % 60, photo % 40],
        });
      }
      batch.products.push(productOf(at, imageIds));
      batch.offers.push(...SIZES.map((size) => offerOf(at, size)));
    }
    await database.catalog.saveBatch(importId, batch);
    await cache.append(features);
  }

  private featuresOf(product: number, photo: number): Float32Array {
    const style = Math.floor(product / PRODUCTS_A_STYLE);
    const features = new Float32Array(featureWidth(DEFAULT_LAYOUT));
    const [ofStyle, ofProduct, own] = [7_919 * style, 104_729 * product, 15_485_863 * photo];
    for (let i = 0; i < features.length; i += 1) {
      const isColour = i >= DEFAULT_LAYOUT.shape;
      const shared = isColour
        ? this.noiseAt(ofProduct + i)
        : this.noiseAt(ofStyle + i) + 0.3 * this.noiseAt(ofProduct + i);
      features[i] = Math.max(0, shared + 0.5 * this.noiseAt(own + i));
    }
    return features;
  }

  private noiseAt(position: number): number {
    return this.noise[position % NOISE] ?? 0;
  }
}

function productOf(at: number, imageIds: ImageId[]): ProductRecord {
  return {
    productId: `product-${at}` as ProductId,
    styleId: `style-${Math.floor(at / PRODUCTS_A_STYLE)}` as StyleId,
    title: `Relaxed linen garment number ${at} with a quiet name`,
    description: `A synthetic product, number ${at}. `.repeat(8),
    brand: 'Weft Bench',
    category: CATEGORIES[Math.floor(at / PRODUCTS_A_STYLE) % CATEGORIES.length] ?? null,
    gender: 'female',
    colour: `colour ${at % PRODUCTS_A_STYLE}`,
    imageIds,
  };
}

function offerOf(product: number, size: string): OfferRecord {
  return {
    offerId: `product-${product}-${size}` as OfferId,
    productId: `product-${product}` as ProductId,
    size,
    link: `https://shop.example/products/${product}?size=${size}`,
    price: 20 + (product % 80),
    salePrice: null,
    currency: 'EUR',
    availability: 'in_stock',
    attributes: { gtin: `40000000${product}`, material: 'linen', shipping: 'DE::Standard:4.95 EUR' },
  };
}
