export { html, type Html, type HtmlValue } from './html.js';
export { intervalBar } from './interval-bar.js';
export { intervalChart } from './interval-chart.js';
export { lineChart, type Series } from './line-chart.js';
export { type Page, renderPage, type Section } from './page.js';
export { dataAddress, picture } from './picture.js';
export { shareBar } from './share-bar.js';
export { dataTable } from './table.js';
