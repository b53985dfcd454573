/**
 * The one style sheet of all reports. Hues are those of Okabe and Ito, which people with any colour vision tell apart;
 * lighter ones in the dark. What a hue says, a shape, a dash or a word says too.
 */
export const STYLE = `
:root {
  color-scheme: light dark;
  --paper: #fcfbf8; --sheet: #ffffff; --ink: #1c1f24; --soft: #585e68; --faint: #767c86; --line: #dedbd3; --grid: #ebe8e1;
  --hue-1: #00659e; --hue-2: #c04f00; --hue-3: #00795a; --hue-4: #a2447b; --hue-5: #8a6400; --hue-6: #5b6470;
  --right: #00795a; --wrong: #b83b00; --wash: #f3f1eb;
  --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif;
  --serif: "Iowan Old Style", "Palatino Linotype", Palatino, "Book Antiqua", "Noto Serif", Georgia, serif;
  --mono: ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #15171a; --sheet: #1c1f23; --ink: #e9e6e0; --soft: #b0b4bb; --faint: #8d939c; --line: #363a41; --grid: #292d33;
    --hue-1: #63bdf0; --hue-2: #ff9c5b; --hue-3: #3fcfa5; --hue-4: #eb9cc6; --hue-5: #e6bd4d; --hue-6: #a7afba;
    --right: #3fcfa5; --wrong: #ff9c5b; --wash: #22262b;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; scroll-padding-top: 1rem; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 400 1rem/1.6 var(--sans); }
main, body > header, body > footer { max-width: 74rem; margin: 0 auto; padding: 0 clamp(1rem, 4vw, 3rem); }
body > header { padding-top: clamp(2rem, 6vw, 4.5rem); }
h1, h2, h3 { font-weight: 600; line-height: 1.2; text-wrap: balance; overflow-wrap: anywhere; }
h1, h2 { font-family: var(--serif); }
h1 { font-size: clamp(1.75rem, 1.2rem + 2.4vw, 2.75rem); margin: 0 0 1rem; letter-spacing: -.01em; }
h2 { font-size: 1.6rem; margin: 0 0 .75rem; }
h3 { font-size: 1.05rem; margin: 2rem 0 .5rem; }
p, ul, ol, dl { margin: 0 0 1rem; max-width: 68ch; text-wrap: pretty; }
a { color: var(--hue-1); text-underline-offset: .15em; }
:focus-visible { outline: 3px solid var(--hue-1); outline-offset: 3px; border-radius: 3px; }
.kind { margin: 0 0 .4rem; font-size: .8rem; letter-spacing: .12em; text-transform: uppercase; color: var(--soft); }
.lead { font-size: 1.15rem; line-height: 1.55; }
.soft, figcaption, caption { color: var(--soft); font-size: .9rem; }
.skip { position: absolute; left: -99rem; }
.skip:focus { left: 1rem; top: 1rem; background: var(--sheet); padding: .5rem 1rem; z-index: 1; }
nav ol { list-style: none; padding: 0; display: flex; flex-wrap: wrap; gap: .35rem 1.25rem; margin: 1.5rem 0 0; max-width: none; font-size: .95rem; }
section { border-top: 1px solid var(--line); padding-top: 2.25rem; margin-top: 3rem; }
body > footer { border-top: 1px solid var(--line); margin-top: 4rem; padding-top: 1.25rem; padding-bottom: 3rem; color: var(--soft); font-size: .9rem; }

.tiles { list-style: none; padding: 0; max-width: none; display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 14rem), 1fr)); margin: 1.75rem 0; }
.tiles li { background: var(--sheet); border: 1px solid var(--line); border-radius: 8px; padding: 1rem 1.15rem; }
.tiles b { display: block; font: 600 2rem/1.2 var(--serif); font-variant-numeric: tabular-nums; }
.tiles span { display: block; color: var(--soft); font-size: .9rem; }
.note { border-left: 4px solid var(--hue-5); background: var(--wash); padding: .75rem 1rem; border-radius: 0 6px 6px 0; max-width: 68ch; }
.charts { display: grid; gap: 1.5rem 2rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 19rem), 1fr)); margin: 1.25rem 0; align-items: start; }
figure { margin: 0; min-width: 0; }
figure > h3 { margin-top: 0; }
.chart { display: block; width: 100%; height: auto; max-width: 34rem; }
.chart text { font-family: var(--sans); font-size: 11px; fill: var(--soft); font-variant-numeric: tabular-nums; }
.chart .value { fill: var(--ink); font-weight: 600; }
.grid { stroke: var(--grid); stroke-width: 1; }
.axis { stroke: var(--faint); stroke-width: 1; }
.rule { stroke: var(--faint); stroke-width: 1; stroke-dasharray: 2 3; fill: none; }
.s1 { --hue: var(--hue-1); } .s2 { --hue: var(--hue-2); } .s3 { --hue: var(--hue-3); }
.s4 { --hue: var(--hue-4); } .s5 { --hue: var(--hue-5); } .s6 { --hue: var(--hue-6); }
.trace { stroke: var(--hue); stroke-width: 2; fill: none; stroke-linejoin: round; stroke-linecap: round; }
.s2.trace { stroke-dasharray: 7 4; } .s3.trace { stroke-dasharray: 2 4; } .s4.trace { stroke-dasharray: 9 3 2 3; } .s6.trace { stroke-dasharray: 4 3; }
.faded { opacity: .35; stroke-width: 1; stroke-dasharray: none; }
.whisker { stroke: var(--hue); stroke-width: 2; }
.mark { fill: var(--hue); stroke: var(--paper); stroke-width: 1; }
.fill { fill: var(--hue); }
.legend { list-style: none; padding: 0; margin: .35rem 0 0; display: flex; flex-wrap: wrap; gap: .2rem 1.1rem; font-size: .9rem; color: var(--soft); }
.legend svg { width: 34px; height: 12px; margin-right: .4rem; vertical-align: -1px; }

.scroll { overflow-x: auto; max-width: 100%; margin: 0 0 1rem; }
table { border-collapse: collapse; font-size: .93rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; padding: 0 0 .5rem; max-width: min(68ch, 100vw - 2.5rem); }
th, td { padding: .38rem .9rem .38rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: baseline; overflow-wrap: break-word; }
thead th { font-weight: 600; color: var(--soft); border-bottom-color: var(--faint); vertical-align: bottom; }
tbody th { font-weight: 400; }
tbody th.text, td.text { min-width: 7.5rem; overflow-wrap: anywhere; }
.number { text-align: right; white-space: nowrap; }
tr.few, tr.few th { color: var(--faint); font-style: italic; }
tr.strong th, tr.strong td { font-weight: 600; }
.bar { display: inline-block; width: 7rem; height: .7rem; vertical-align: -1px; }
.bar .bed { fill: var(--grid); }
.interval { display: inline-block; width: 12rem; height: 1.1rem; vertical-align: -3px; }
.bad { --hue: var(--wrong); }
details { margin: .75rem 0; }
summary { cursor: pointer; color: var(--hue-1); }
details[open] > summary { margin-bottom: .6rem; }

pre { background: var(--wash); border: 1px solid var(--line); border-radius: 6px; padding: .8rem 1rem; overflow-x: auto; }
pre, code { font-family: var(--mono); font-size: .875rem; }
code { overflow-wrap: anywhere; }
dl { display: grid; grid-template-columns: minmax(7rem, max-content) minmax(0, 1fr); gap: .25rem 1.25rem; }
dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }

.picture { display: block; width: 100%; aspect-ratio: 4 / 5; object-fit: contain; background: #fff; border-radius: 4px; }
.gone { display: grid; place-items: center; text-align: center; background: var(--wash); color: var(--soft); font-size: .8rem; padding: .25rem; }
.strip { list-style: none; padding: 0; max-width: none; display: grid; gap: .6rem; grid-template-columns: repeat(6, minmax(0, 1fr)); margin: 0 0 .5rem; }
.strip li { min-width: 0; font-size: .78rem; line-height: 1.35; overflow-wrap: anywhere; }
.strip .frame { border: 3px solid var(--line); border-radius: 7px; overflow: hidden; margin-bottom: .3rem; }
.strip .right .frame { border-color: var(--right); }
.strip .wrong .frame { border-color: var(--wrong); border-style: dashed; }
.strip .query .frame { border-color: var(--ink); }
.verdict { display: block; font-weight: 600; }
.right .verdict { color: var(--right); } .wrong .verdict { color: var(--wrong); }
.strips { list-style: none; padding: 0; max-width: none; display: grid; gap: 1.75rem 2.5rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 30rem), 1fr)); margin: 1rem 0; }
.strip .figures { display: block; }
.strips h4 { font: 600 .95rem/1.4 var(--sans); margin: 0 0 .5rem; overflow-wrap: anywhere; }
.strips h4 small { display: block; font-weight: 400; font-size: .85rem; color: var(--soft); }
.map { display: block; width: 100%; height: auto; border: 1px solid var(--line); border-radius: 8px; background: #fff; }
.map rect { fill: #fff; stroke: #c9ccd1; }
.map text { font: 6px var(--sans); fill: #585e68; }
@media (max-width: 36rem) {
  .strip { grid-template-columns: repeat(5, minmax(0, 1fr)); gap: .4rem; }
  .strip .query { grid-column: 1 / -1; width: 7rem; }
  .strip .right .figures, .strip .wrong .figures { display: none; }
  .strip li { font-size: .72rem; }
  dl { grid-template-columns: 1fr; } dd { margin-bottom: .5rem; }
}
@media print {
  :root { --paper: #fff; --sheet: #fff; --ink: #000; --soft: #444; }
  body { font-size: 10pt; }
  nav, .skip { display: none; }
  section { break-before: auto; margin-top: 1.5rem; padding-top: 1rem; }
  figure, tr, .strips > li, .tiles li { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
  .picture, .chart, .map, .frame { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
}
`;
