import type { KnownColumn } from '../columns.js';

/** What shops call the options that tell offers of one style apart, in lower case. */
const NAMES: Partial<Record<KnownColumn, string[]>> = {
  color: [
    'color',
    'colour',
    'colors',
    'colours',
    'farbe',
    'couleur',
    'kleur',
    'colore',
    'cor',
    'färg',
    'farve',
    'kolor',
  ],
  size: ['size', 'sizes', 'größe', 'groesse', 'taille', 'maat', 'taglia', 'talla', 'tamanho', 'storlek', 'rozmiar'],
  material: ['material', 'fabric', 'stoff', 'matière', 'materiaal', 'materiale', 'tessuto', 'tejido'],
  pattern: ['pattern', 'print', 'muster', 'motif', 'patroon', 'motivo', 'mönster'],
  gender: ['gender', 'geschlecht', 'sexe', 'genre', 'genere', 'género'],
  brand: ['brand', 'marke', 'marque', 'merk', 'marca'],
};
const FIELDS = new Map(Object.entries(NAMES).flatMap(([field, names]) => names.map((name) => [name, field] as const)));

/** Fields by which an offer looks different from another of its style. */
export const LOOKS = ['color', 'pattern', 'material'] as const;

/** The column of an option or attribute of a shop system: a field where its name is that of one, else an attribute. */
export function columnOfOption(name: string): string {
  const plain = name.trim().toLowerCase().replace(/^pa_/, '');
  return FIELDS.get(plain) ?? plain.replace(/[\s_-]+/g, '_');
}
