export type { CommonLabels } from './common-labels.js';
export type { GroupedProduct, GroupedProductStore } from './grouped-product.js';
export { cutTree, type Grouping, growVisualTree, type VisualGroup, type VisualTree } from './visual-tree.js';
