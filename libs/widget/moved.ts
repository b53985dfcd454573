const MOVE_MS = 350;

/**
 * Replaces the items of a list; those that were there before glide to their new places, so that the eye can follow what the
 * dial does. At once for those who asked for less motion.
 */
export function replaceItems(list: HTMLElement, items: HTMLElement[]): void {
  const before = new Map(items.map((item) => [item, item.isConnected ? item.getBoundingClientRect() : null]));
  list.replaceChildren(...items);
  if (matchMedia('(prefers-reduced-motion: reduce)').matches) return;
  const options = { duration: MOVE_MS, easing: 'cubic-bezier(0.2, 0, 0, 1)' };
  for (const [item, from] of before) {
    const to = item.getBoundingClientRect();
    if (from === null) item.animate([{ opacity: 0 }, { opacity: 1 }], options);
    else if (from.x !== to.x || from.y !== to.y) {
      item.animate(
        [{ transform: `translate(${from.x - to.x}px, ${from.y - to.y}px)` }, { transform: 'none' }],
        options,
      );
    }
  }
}
