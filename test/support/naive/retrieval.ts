/** Retrieval figures by the book: sort everything, look at one place after the other. The oracle of #evaluation. */
interface Photo {
  product: string;
  style: string;
  category: string | null;
  gender: string | null;
  image: string;
  vector: number[];
  lab: number[];
}

export interface NaiveTask {
  queries: number;
  hitRateAt1: number;
  hitRateAt5: number;
  hitRateAt10: number;
  rPrecision: number;
  mapAtR: number;
}

const average = (values: number[]) => (values.length ? values.reduce((a, b) => a + b) / values.length : null);

/** Float32, as the real one keeps similarities, so that near-ties fall the same way. */
function similarity(a: Photo, b: Photo): number {
  let sum = 0;
  for (const [d, value] of a.vector.entries()) sum += value * b.vector[d]!;
  return Math.fround(sum);
}

function ranking(query: Photo, candidates: Photo[]): Photo[] {
  return candidates
    .map((photo, place) => ({ photo, place, near: similarity(query, photo) }))
    .sort((a, b) => (a.near === b.near ? a.place - b.place : b.near - a.near))
    .map(({ photo }) => photo);
}

function task(
  queries: Photo[],
  candidatesOf: (query: Photo) => Photo[],
  isRelevant: (query: Photo, photo: Photo) => boolean,
): NaiveTask | null {
  const rows: { at1: number; at5: number; at10: number; rp: number; ap: number }[] = [];
  for (const query of queries) {
    const ranked = ranking(query, candidatesOf(query)).map((photo) => isRelevant(query, photo));
    const r = ranked.filter(Boolean).length;
    if (r === 0) continue;
    let ap = 0;
    for (let place = 1; place <= r; place += 1) {
      if (ranked[place - 1]) ap += ranked.slice(0, place).filter(Boolean).length / place;
    }
    rows.push({
      at1: ranked[0] ? 1 : 0,
      at5: ranked.slice(0, 5).includes(true) ? 1 : 0,
      at10: ranked.slice(0, 10).includes(true) ? 1 : 0,
      rp: ranked.slice(0, r).filter(Boolean).length / r,
      ap: ap / r,
    });
  }
  if (rows.length === 0) return null;
  return {
    queries: rows.length,
    hitRateAt1: average(rows.map((row) => row.at1))!,
    hitRateAt5: average(rows.map((row) => row.at5))!,
    hitRateAt10: average(rows.map((row) => row.at10))!,
    rPrecision: average(rows.map((row) => row.rp))!,
    mapAtR: average(rows.map((row) => row.ap))!,
  };
}

export function naiveRetrieval(queries: Photo[], gallery: Photo[]) {
  const without = (query: Photo) => gallery.filter((photo) => photo.image !== query.image);
  const categories: number[] = [];
  const genders: number[] = [];
  const colours: number[] = [];
  for (const query of queries) {
    const seen = new Set<string>([query.style]);
    const shown: Photo[] = [];
    for (const photo of ranking(query, without(query))) {
      if (seen.has(photo.style) || shown.length === 10) continue;
      seen.add(photo.style);
      shown.push(photo);
    }
    if (shown.length === 0) continue;
    if (query.category !== null) categories.push(average(shown.map((p) => (p.category === query.category ? 1 : 0)))!);
    if (query.gender !== null) genders.push(average(shown.map((p) => (p.gender === query.gender ? 1 : 0)))!);
    colours.push(
      average(shown.map((p) => Math.sqrt(p.lab.reduce((sum, value, c) => sum + (value - query.lab[c]!) ** 2, 0))))!,
    );
  }
  return {
    sameProduct: task(queries, without, (q, p) => p.product === q.product),
    sameStyle: task(queries, without, (q, p) => p.style === q.style),
    sameStyleOtherColour: task(
      queries,
      (query) => without(query).filter((photo) => photo.product !== query.product),
      (q, p) => p.style === q.style,
    ),
    otherStyles: colours.length
      ? { categoryAt10: average(categories), genderAt10: average(genders), colourDifferenceAt10: average(colours)! }
      : null,
  };
}

export type { Photo as NaivePhoto };
