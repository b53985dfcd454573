import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

/** What the log says of a product, as it was last clicked. */
export interface LoggedProduct {
  id: string;
  category: string;
  colour: string;
  /** Of the photo's model: en face or profile. */
  photography: string;
  price: number;
}

/** The products that one visitor clicked, in order; the same one twice in a row is kept once. */
export interface Session {
  month: number;
  products: string[];
}

const COLUMNS = {
  month: 'month',
  session: 'session.ID',
  order: 'order',
  category: 'page.1..main.category.',
  product: 'page.2..clothing.model.',
  colour: 'colour',
  photography: 'model.photography',
  price: 'price',
} as const;

/** Reads "Clickstream Data for Online Shopping" (UCI), gzipped CSV without quotes. @throws Error when a column is missing */
export function readSessions(file: string): { sessions: Session[]; products: LoggedProduct[] } {
  const [header = '', ...lines] = gunzipSync(readFileSync(file)).toString('utf8').trim().split('\n');
  const names = header.trim().split(',');
  const at = Object.fromEntries(
    Object.entries(COLUMNS).map(([key, name]) => {
      const column = names.indexOf(name);
      if (column < 0) throw new Error(`${file} has no column ${name}.`);
      return [key, column];
    }),
  ) as Record<keyof typeof COLUMNS, number>;
  const clicks = lines.map((line) => {
    const cells = line.trim().split(',');
    const cell = (key: keyof typeof COLUMNS) => Number(cells[at[key]]);
    return { cells: cell, session: cell('session'), order: cell('order') };
  });
  clicks.sort((a, b) => a.session - b.session || a.order - b.order);
  const products = new Map<string, LoggedProduct>();
  const sessions = new Map<number, Session>();
  for (const { cells, session } of clicks) {
    const id = String(cells('product'));
    products.set(id, {
      ...{ id, category: String(cells('category')), colour: String(cells('colour')) },
      ...{ photography: String(cells('photography')), price: cells('price') },
    });
    const known = sessions.get(session) ?? { month: cells('month'), products: [] };
    if (known.products.at(-1) !== id) known.products.push(id);
    sessions.set(session, known);
  }
  return { sessions: [...sessions.values()], products: [...products.values()] };
}
