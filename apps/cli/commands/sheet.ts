import { writeFile } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import { Command } from 'commander';
import { lastStepOf } from '#evaluation';
import { type ImageId, messageOf, photoDirectory, photoFile, systemClock, WeftError } from '#foundation';
import { drawContactSheet, readImageFile, SHEET_FORMATS, type SheetCell } from '#imaging';
import { type ProductCard, Recommender } from '#similarity';
import { numberIn } from '../options.js';
import { print, printJson } from '../output.js';
import { type Session, withSession } from '../session.js';

export const sheetCommand = new Command('sheet')
  .description(
    'draw a contact sheet: each product and its ten most similar, framed by whether the garment is of the same kind',
  )
  .argument('<id...>', 'product ids or offer ids')
  .option('--out <file>', 'picture to write: .png, .jpg or, smallest, .webp', 'weft-sheet.png')
  .option('--dial <t>', '0: same cut, any colour; 1: same colour, any cut; default: the model’s', numberIn(0, 1))
  .option('--json', 'print JSON on stdout')
  .action((ids: string[], options: { out: string; dial?: number; json?: true }) => {
    const file = resolve(options.out);
    const format = formatOf(file);
    return withSession(async (session) => {
      const rows = [];
      for (const id of ids) rows.push(await sheetRow(session, id, options.dial));
      const title = `Similar items, dial ${options.dial ?? 'default'}. Green: the same kind of garment. Red: another.`;
      const sheet = await drawContactSheet({ title, rows, format });
      await writeFile(file, sheet).catch((error: unknown) => {
        throw new WeftError('sheet-unwritable', `The sheet cannot be written: ${messageOf(error)}`, {
          value: file,
          remedy: 'Name a file in a directory that you may write to: --out FILE',
        });
      });
      if (options.json) return printJson({ file, queries: ids });
      print(file);
    });
  });

/** @throws WeftError `sheet-format` when the file's ending names no format of a sheet */
function formatOf(file: string) {
  const ending = extname(file).slice(1).toLowerCase();
  const format = SHEET_FORMATS.find((known) => known === (ending === 'jpg' ? 'jpeg' : ending));
  if (format !== undefined) return format;
  throw new WeftError('sheet-format', 'A sheet is a PNG, a JPEG or a WebP; the ending of the file says which.', {
    value: file,
    remedy: '--out FILE.webp',
  });
}

async function sheetRow(session: Session, id: string, dial: number | undefined) {
  const { database } = session;
  const recommender = new Recommender(database.index, database.catalog, systemClock);
  const productId = (await database.catalog.resolve([id])).get(id);
  const card = productId && (await database.catalog.products([productId])).get(productId);
  if (!card) throw new WeftError('product-unknown', `There is no product or offer ${id}.`, { value: id });
  const { results } = await recommender.similar(id, { count: 10, ...(dial === undefined ? {} : { dial }) });
  const cells = results.map(async (result): Promise<SheetCell> => {
    const agrees = lastStepOf(result.category) === lastStepOf(card.category);
    return { ...(await cell(session, result)), mark: agrees ? 'hit' : 'miss' };
  });
  return { query: await cell(session, card), results: await Promise.all(cells) };
}

/** A photo with its title; the cell stays empty where the photo's file is gone. */
async function cell(session: Session, card: ProductCard & { similarity?: { total: number } }): Promise<SheetCell> {
  const caption = [
    card.title ?? card.productId,
    card.similarity ? card.similarity.total.toFixed(3) : (card.category ?? ''),
  ];
  return { bytes: card.imageId && (await photo(session, card.imageId)), caption };
}

async function photo({ config, database }: Session, imageId: ImageId): Promise<Uint8Array | null> {
  const source = await database.catalog.imageSource(imageId);
  return source === null
    ? null
    : readImageFile(photoFile(source, imageId, photoDirectory(config.home))).catch(() => null);
}
