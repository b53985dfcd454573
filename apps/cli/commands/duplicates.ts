import { Command } from 'commander';
import { nearDuplicateListings, type NearDuplicates } from '#audit';
import { type ProductCard, requireActive } from '#similarity';
import { integerIn } from '../options.js';
import { print, printJson, say, table } from '../output.js';
import { type Session, withSession } from '../session.js';
import { photoBytes, sheetFileOf, writeSheet } from '../sheet-file.js';

/** Listings of a group that are shown in a row. */
const SHOWN = 4;
/** And on a sheet, beside the first. */
const DRAWN = 9;

interface DuplicatesOptions {
  limit: number;
  out?: string;
  json?: true;
}

export const duplicatesCommand = new Command('duplicates')
  .description('list products of different styles that show the same picture')
  .option('--limit <number>', 'most groups to show', integerIn(1, 1000), 20)
  .option('--out <file>', 'draw them on a contact sheet: .png, .jpg or, smallest, .webp')
  .option('--json', 'print JSON on stdout, with all groups')
  .action(({ limit, out, json }: DuplicatesOptions) => {
    const sheet = out === undefined ? null : sheetFileOf(out);
    return withSession(async (session) => {
      const { audit, catalog, photoIndex } = session.database;
      const active = requireActive(await catalog.activeGeneration());
      const catalogue = await audit.auditedCatalogue();
      const imageIds = catalogue.photos.map(({ imageId }) => imageId);
      const found = await nearDuplicateListings(
        catalogue,
        await photoIndex.photoEmbeddings(active.generation, imageIds),
      );
      const shown = found.groups.slice(0, limit);
      const drawn = shown.length === 0 ? null : sheet;
      if (drawn !== null) {
        const title = `Products that show the same picture: ${shown.length} of ${found.groups.length} groups`;
        await writeSheet(drawn, title, await sheetRows(session, shown));
      }
      if (json) return printJson({ ...active, ...found, sheet: drawn?.file ?? null });
      print(describe(found, shown));
      if (drawn !== null) say(`weft: drew ${drawn.file}`);
    });
  });

function describe(
  { photos, photosNotLookedAt, groups }: Awaited<ReturnType<typeof nearDuplicateListings>>,
  shown: NearDuplicates[],
): string {
  const notLookedAt =
    photosNotLookedAt === 0 ? '' : ` ${photosNotLookedAt} were not looked at yet; weft audit does so.`;
  if (groups.length === 0) return `No product shows a picture of another style, among ${photos} photos.${notLookedAt}`;
  const rows = shown.map(({ kind, styles, files, listings }) => {
    const more = listings.length > SHOWN ? `, and ${listings.length - SHOWN} more` : '';
    return [
      kind,
      styles,
      files,
      listings
        .slice(0, SHOWN)
        .map(({ productId }) => productId)
        .join(', ') + more,
    ];
  });
  const rest = groups.length > shown.length ? `\n${shown.length} of ${groups.length}; more with --limit.` : '';
  return `${table(['kind', 'styles', 'files', 'products'], rows)}${rest}${notLookedAt === '' ? '' : `\n${notLookedAt.trim()}`}`;
}

/** A group a row: its listings, each with its file of the picture. */
async function sheetRows(session: Session, groups: NearDuplicates[]) {
  const drawn = groups.map(({ listings }) => listings.slice(0, 1 + DRAWN));
  const cards = await session.database.catalog.products(drawn.flat().map(({ productId }) => productId));
  return Promise.all(
    drawn.map(async (listings) => {
      const cells = await Promise.all(
        listings.map(async ({ productId, imageId }) => {
          const card: ProductCard | undefined = cards.get(productId);
          return { bytes: await photoBytes(session, imageId), caption: [card?.title ?? productId, productId] };
        }),
      );
      const [query = { bytes: null, caption: [] }, ...results] = cells;
      return { query, results };
    }),
  );
}
