import { svg } from './svg.js';

/** A leafy plant in a pot; `y` is the pot's rim. */
export function plant(x: number, y: number, scale = 1): string {
  const leaves = [-58, -36, -16, 6, 28, 50].map((angle, i) => {
    const length = 84 + ((i * 5) % 3) * 14;
    const green = ['#4b7a58', '#5f9169', '#3f6b50'][i % 3] ?? '';
    return svg`<g transform="rotate(${angle})"><path d="M0 0C-17 -${length * 0.35} -13 -${length * 0.8} 0 -${length}C13 -${length * 0.8} 17 -${length * 0.35} 0 0Z" fill="${green}"/><path d="M0 -4V-${length * 0.9}" stroke="#fff" stroke-opacity=".28"/></g>`;
  });
  return svg`<g transform="translate(${x} ${y}) scale(${scale})"><ellipse cx="6" cy="48" rx="34" ry="6" fill="#000" fill-opacity=".13"/>${leaves}<path d="M-26 0H26L20 48H-20Z" fill="#bf7350"/><path d="M4 0H26L20 48H4Z" fill="#000" fill-opacity=".1"/><rect x="-29" y="-5" width="58" height="12" rx="2" fill="#cf8562"/></g>`;
}

/** A stool with a vase of dry stems; `y` is the seat. */
export function stool(x: number, y: number): string {
  return svg`<g transform="translate(${x} ${y})"><path d="M-26 0L-34 66M26 0L34 66M-30 36H30" stroke="#8d6a45" stroke-width="5"/><ellipse rx="40" ry="9" fill="#c19a6b"/><ellipse cy="-2" rx="40" ry="8" fill="#d2af82"/><path d="M-13 -6Q-20 -30 -7 -42H7Q20 -30 13 -6Z" fill="#efe6d8"/><path d="M3 -6Q10 -30 7 -42Q20 -30 13 -6Z" fill="#000" fill-opacity=".08"/><path d="M-2 -42Q-6 -80 -20 -100M0 -42Q2 -84 4 -112M3 -42Q8 -78 22 -92" stroke="#a58b5c" stroke-width="2" fill="none"/><g fill="#cdb27c"><ellipse cx="-20" cy="-102" rx="4" ry="9" transform="rotate(-20 -20 -102)"/><ellipse cx="4" cy="-114" rx="4" ry="10"/><ellipse cx="23" cy="-94" rx="4" ry="9" transform="rotate(30 23 -94)"/></g></g>`;
}

export function frame(x: number, y: number): string {
  return svg`<g transform="translate(${x} ${y})"><rect x="-30" y="-36" width="68" height="92" fill="#000" fill-opacity=".12"/><rect x="-34" y="-40" width="68" height="92" fill="#faf6ec" stroke="#a5845a" stroke-width="4.5"/><circle cx="4" cy="-8" r="15" fill="#d98e63"/><path d="M-28 40Q-14 8 2 24T28 18V44H-28Z" fill="#5d8188"/></g>`;
}

/** A hanging lamp with its glow. */
export function lamp(x: number): string {
  return svg`<g><circle cx="${x}" cy="92" r="120" fill="url(#glow)"/><path d="M${x} 0V62" stroke="#5c4d3f" stroke-width="2.4"/><path d="M${x - 36} 96A36 36 0 0 1 ${x + 36} 96Z" fill="#c9823c"/><path d="M${x - 36} 96A36 36 0 0 1 ${x - 10} 63Q${x - 22} 78 ${x - 22} 96Z" fill="#fff" fill-opacity=".25"/><ellipse cx="${x}" cy="97" rx="34" ry="5" fill="#fff0c8"/></g>`;
}

/** A cup of coffee from above. */
export function cup(x: number, y: number): string {
  return svg`<g transform="translate(${x} ${y})"><circle cx="5" cy="7" r="40" fill="#000" fill-opacity=".1"/><circle r="39" fill="#f5f1ea"/><circle r="31" fill="none" stroke="#000" stroke-opacity=".08" stroke-width="2"/><rect x="20" y="-5" width="24" height="10" rx="5" fill="#e7e0d4" transform="rotate(-35)"/><circle r="23" fill="#fffdf8" stroke="#ddd3c4"/><circle r="19" fill="#6a4529"/><path d="M-9 3Q0 -10 9 3Q0 10 -9 3Z" fill="#c99f72"/></g>`;
}

/** A branch of eucalyptus from above. */
export function branch(x: number, y: number, angle: number): string {
  const leaves = [0, 1, 2, 3, 4, 5].map((i) => {
    const side = i % 2 === 0 ? -1 : 1;
    return svg`<ellipse cx="${side * 15}" cy="${-16 - i * 19}" rx="15" ry="${10 - i * 0.6}" transform="rotate(${side * -28} ${side * 15} ${-16 - i * 19})" fill="${i % 3 === 0 ? '#8fae93' : '#7a9c84'}"/>`;
  });
  return svg`<g transform="translate(${x} ${y}) rotate(${angle})"><path d="M0 0Q3 -70 -2 -136" stroke="#7b6a52" stroke-width="2.4" fill="none"/>${leaves}</g>`;
}

/** Sunglasses from above. */
export function sunglasses(x: number, y: number, angle: number): string {
  return svg`<g transform="translate(${x} ${y}) rotate(${angle})"><path d="M-40 -3Q0 -16 34 6M40 -3Q0 -12 -30 10" stroke="#2b211b" stroke-width="3" stroke-linecap="round" fill="none"/><path d="M-40 -4Q-22 -10 -5 -4Q-4 22 -22 22Q-40 22 -40 -4ZM40 -4Q22 -10 5 -4Q4 22 22 22Q40 22 40 -4Z" fill="#3f3733"/><path d="M-34 0Q-30 12 -24 16" stroke="#fff" stroke-opacity=".4" stroke-width="3" fill="none"/></g>`;
}

/** A closed book from above. */
export function book(x: number, y: number, angle: number, colour: string): string {
  return svg`<g transform="translate(${x} ${y}) rotate(${angle})"><rect x="-36" y="-48" width="82" height="106" rx="2" fill="#000" fill-opacity=".1"/><rect x="-40" y="-54" width="80" height="106" rx="2" fill="${colour}"/><rect x="-40" y="-54" width="9" height="106" fill="#000" fill-opacity=".14"/><rect x="-18" y="-34" width="44" height="20" fill="#fff" fill-opacity=".75"/></g>`;
}
