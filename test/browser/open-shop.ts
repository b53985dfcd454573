import { type ApiShop, openApiShop } from '../e2e/api-shop.js';
import { batchOf, newImport, offerOf, productOf } from '../support/catalogue.js';

/** Title and brand of the product `both`. */
export const HOSTILE = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>';

/**
 * The shop of the API's tests with all coats and tops in one category, so that what looks like the coat is, in turn by dial:
 * `near-shape`, `both`, `near-colour`. The feed of `both` is hostile: markup in its words, a script for a link.
 */
export async function openBrowserShop(): Promise<ApiShop> {
  const shop = await openApiShop();
  const fields = { gender: 'female' as const, category: 'Women > Coats' };
  const hostile = { title: HOSTILE, brand: HOSTILE, gender: 'unisex' as const, category: 'Women > Coats' };
  const offers = ['m', 'l'].flatMap((size) => [
    offerOf(`both/${size}`, 'both', { price: 60, salePrice: 45, link: 'javascript:window.hacked=1' }),
    offerOf(`near-colour/${size}`, 'near-colour', { price: 40, link: 'https://shop.example/near-colour' }),
  ]);
  const products = [productOf('near-colour', 'b', ['near-colour'], fields), productOf('both', 'c', ['both'], hostile)];
  await shop.database.catalog.saveBatch(newImport(), batchOf(products, offers));
  return shop;
}
