/**
 * The look of `<weft-similar>`. It takes font and colour from the page; the page changes it with the custom properties below
 * and with ::part(header, heading, list, item, link, frame, image, brand, title, price, was, sold-out, reason, message, retry).
 */
const CSS = `
:host {
  --_gap: var(--weft-gap, clamp(0.75rem, 2vw, 1.5rem));
  --_card: var(--weft-card, 13rem);
  --_ratio: var(--weft-ratio, 4 / 5);
  --_radius: var(--weft-radius, 0.25rem);
  --_muted: var(--weft-muted, color-mix(in srgb, currentColor 68%, transparent));
  --_surface: var(--weft-surface, color-mix(in srgb, currentColor 7%, transparent));
  --_focus: var(--weft-focus, currentColor);
  display: block;
  container-type: inline-size;
}
:host([hidden]), :host([data-state='idle']), [hidden] { display: none; }
* { box-sizing: border-box; }
h2 { font: inherit; font-size: 1.25em; font-weight: 600; line-height: 1.2; margin: 0; }
header { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: 0.5em 2em; margin-bottom: var(--_gap); }
section:focus { outline: none; }
ul {
  display: grid;
  grid-template-columns: repeat(auto-fill, minmax(min(var(--_card), 100%), 1fr));
  gap: calc(var(--_gap) * 1.5) var(--_gap);
  list-style: none; margin: 0; padding: 0;
  transition: opacity 150ms;
  /* Lines of words that a card has room for before it is there, so that what comes below does not jump. */
  --_lines: var(--weft-lines, 3);
}
:host([shopper-id]:not([product])) ul { --_lines: var(--weft-lines, 5); }
@container (max-width: 30rem) {
  ul { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  :host([shopper-id]:not([product])) ul { --_lines: var(--weft-lines, 7); }
}
section[aria-busy='true'] ul:not(.skeleton) { opacity: 0.55; }
a { display: block; color: inherit; text-decoration: none; border-radius: var(--_radius); }
a:focus-visible, button:focus-visible { outline: 2px solid var(--_focus); outline-offset: 4px; }
.frame { display: block; aspect-ratio: var(--_ratio); overflow: hidden; border-radius: var(--_radius); background: var(--_surface); }
img { display: block; width: 100%; height: 100%; object-fit: cover; transition: transform 400ms cubic-bezier(0.2, 0, 0, 1); }
a[href]:hover img { transform: scale(1.03); }
a[href]:hover .title { text-decoration: underline; text-underline-offset: 0.2em; }
.words { display: block; min-height: calc(var(--_lines) * 1.225em); margin-top: 0.75em; }
.line { display: block; font-size: 0.875em; line-height: 1.4; overflow-wrap: anywhere; }
.brand, .was, .sold-out, .reason { color: var(--_muted); }
.price { font-variant-numeric: tabular-nums; }
.sale { font-weight: 600; }
.was { margin-inline-start: 0.5em; }
.sold-out { margin-inline-start: 0.75em; white-space: nowrap; }
.message { color: var(--_muted); margin: 0; padding: 1.5em 0; }
button {
  font: inherit; color: inherit; background: none; cursor: pointer; min-height: 2.75rem; padding: 0 1.25em;
  border: 1px solid currentColor; border-radius: var(--_radius);
}
.bone { display: block; background: var(--_surface); border-radius: var(--_radius); height: 1em; margin-top: 0.6em; }
.bone.short { width: 40%; }
.skeleton { animation: breathe 1.6s ease-in-out infinite; }
.aside { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@keyframes breathe { 50% { opacity: 0.55; } }
@media (prefers-reduced-motion: reduce) {
  .skeleton { animation: none; }
  ul, img { transition: none; }
  a[href]:hover img { transform: none; }
}
`;

let sheet: CSSStyleSheet | undefined;

/** One for all elements of the page; set through the CSSOM, which a page's Content-Security-Policy allows. */
export function styles(): CSSStyleSheet {
  if (sheet === undefined) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(CSS);
  }
  return sheet;
}
