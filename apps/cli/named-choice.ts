import { InvalidArgumentError } from 'commander';

type Value = string | number | boolean;

/** `triplet-margin,margin=0.5,swap`: a name and what it is given; a member without a value is true. */
export function namedChoice(text: string): Record<string, Value> & { name: string } {
  const [name = '', ...members] = text.split(',');
  if (name.trim() === '' || name.includes('='))
    throw new InvalidArgumentError('must be a name, and what it is given: NAME,KEY=VALUE.');
  return { ...valuesOf(members), name: name.trim() };
}

/** `shape=1,colour=0.5`: members and their values. */
export function namedValues(text: string): Record<string, Value> {
  return valuesOf(text.split(','));
}

function valuesOf(members: readonly string[]): Record<string, Value> {
  return Object.fromEntries(
    members.map((member) => {
      const [key = '', value, ...more] = member.split('=').map((part) => part.trim());
      if (key === '' || value === '' || more.length > 0) {
        throw new InvalidArgumentError(`"${member}" must be written as KEY=VALUE.`);
      }
      return [camelCase(key), valueOf(value ?? 'true')];
    }),
  );
}

/** `styles-per-batch` as well as `stylesPerBatch`, as options are written. */
function camelCase(key: string): string {
  return key.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function valueOf(text: string): Value {
  if (text === 'true' || text === 'false') return text === 'true';
  const number = Number(text);
  return Number.isFinite(number) ? number : text;
}
