import { make, type Product, WeftClient, type WeftSimilar } from '#widget';
import { Shopper } from './shopper.js';

const KEY = 'weft-demo-key';

/** What all pages of the shop have: the service, the shopper, the dial. */
export class Shop {
  weft = this.connect();
  readonly shopper = new Shopper(this.weft);
  /** As the shopper left it; null: the model's own. */
  dial: number | null = null;

  /** A storefront key, where the service wants one. */
  get key(): string | null {
    return localStorage.getItem(KEY);
  }

  set key(key: string | null) {
    if (key === null) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, key);
    this.weft = this.connect();
    this.shopper.client = this.weft;
  }

  private connect(): WeftClient {
    return new WeftClient({ service: location.origin, key: this.key ?? undefined });
  }

  /** A row of suggestions that lead to the pages of this shop; what of it is seen and followed is told. */
  suggestions(attributes: Record<string, string>): WeftSimilar {
    const key = this.key === null ? {} : { key: this.key };
    const element = document.createElement('weft-similar');
    const own = { link: '/demo?product={productId}', 'shopper-id': this.shopper.id, 'send-events': '' };
    for (const [name, value] of Object.entries({ ...own, ...key, ...attributes })) element.setAttribute(name, value);
    return element;
  }

  /** What suits the shopper, each with its reason, or what is popular and new; follows what is told while it is on show. */
  forYou(count: number, scenario: string): WeftSimilar {
    const row = this.suggestions({ count: String(count), scenario });
    let wasThere = false;
    const heed = () => {
      wasThere ||= row.isConnected;
      if (wasThere && !row.isConnected) return this.shopper.removeEventListener('told', heed);
      row.reload();
    };
    this.shopper.addEventListener('told', heed);
    return row;
  }

  /** Products by id, without those that are gone. */
  async products(ids: string[]): Promise<Product[]> {
    const asked = ids.map((id) => this.weft.get('/v1/products/{id}', { path: { id } }));
    return (await Promise.allSettled(asked)).flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  }

  photo(image: string | null, widths: number[], sizes: string, alt: string): HTMLElement {
    if (image === null) return make('span', 'no-photo');
    const srcset = widths.map((width) => `${this.weft.imageUrl(image, width)} ${width}w`).join(', ');
    const src = this.weft.imageUrl(image, widths[0] ?? 320);
    return make('img', null, { alt, loading: 'lazy', decoding: 'async', sizes, srcset, src, width: '4', height: '5' });
  }
}

/** Address of a product's page. */
export const pageOf = (productId: string) => `/demo?product=${encodeURIComponent(productId)}`;
