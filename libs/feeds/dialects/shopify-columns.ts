const FIELDS = new Set([
  ...['handle', 'url_handle', 'title', 'body_(html)', 'description', 'vendor', 'type', 'product_category', 'status'],
  ...['published', 'published_on_online_store', 'image_src', 'product_image_url', 'image_position', 'variant_image'],
  ...['variant_image_url', 'variant_sku', 'sku', 'variant_price', 'price', 'variant_compare_at_price'],
  ...['compare_at_price', 'variant_inventory_tracker', 'inventory_tracker', 'variant_inventory_qty'],
  ...['inventory_quantity', 'variant_inventory_policy', 'continue_selling_when_out_of_stock'],
  ...['google_shopping_/_gender'],
  ...[1, 2, 3].flatMap((at) => [`option${at}_name`, `option${at}_value`]),
]);

/** True for a column that becomes part of the offer, under its heading of before 2025 or of now. */
export function isShopifyField(column: string): boolean {
  return FIELDS.has(column);
}

/** What describes the product; costs and taxes, say, are nobody else's business. */
export function isShopifyAttribute(column: string): boolean {
  return column === 'tags' || column.includes('(product.metafields.') || column.startsWith('google_shopping_/_');
}
