/**
 * The settings of a training as options of `weft train`, in the order in which they were written down; what is null was not
 * used and is left out.
 */
export function trainingOptions(settings: Record<string, unknown>): [option: string, value: string][] {
  return Object.entries(settings).flatMap(([name, value]): [string, string][] =>
    value === null || value === undefined ? [] : [[`--${kebab(name)}`, wordsOf(value)]],
  );
}

/** `triplet-margin,margin=0.2` of what has a name, `shape=1,colour=1` of what has none. */
function wordsOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  const { name, ...members } = value as Record<string, unknown>;
  const pairs = Object.entries(members).map(([key, member]) => `${key}=${wordsOf(member)}`);
  return [...(typeof name === 'string' ? [name] : []), ...pairs].join(',');
}

function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
