import { Command } from 'commander';
import { lastStepOf } from '#evaluation';
import { WeftError } from '#foundation';
import type { SheetCell } from '#imaging';
import { type ProductCard } from '#similarity';
import { numberIn } from '../options.js';
import { openRecommender } from '../open-recommender.js';
import { print, printJson } from '../output.js';
import { type Session, withSession } from '../session.js';
import { photoBytes, sheetFileOf, writeSheet } from '../sheet-file.js';

export const sheetCommand = new Command('sheet')
  .description(
    'draw a contact sheet: each product and its ten most similar, framed by whether the garment is of the same kind',
  )
  .argument('<id...>', 'product ids or offer ids')
  .option('--out <file>', 'picture to write: .png, .jpg or, smallest, .webp', 'weft-sheet.png')
  .option('--dial <t>', '0: same cut, any colour; 1: same colour, any cut; default: the model’s', numberIn(0, 1))
  .option('--json', 'print JSON on stdout')
  .action((ids: string[], options: { out: string; dial?: number; json?: true }) => {
    const sheet = sheetFileOf(options.out);
    return withSession(async (session) => {
      const rows = [];
      for (const id of ids) rows.push(await sheetRow(session, id, options.dial));
      const title = `Similar items, dial ${options.dial ?? 'default'}. Green: the same kind of garment. Red: another.`;
      await writeSheet(sheet, title, rows);
      if (options.json) return printJson({ file: sheet.file, queries: ids });
      print(sheet.file);
    });
  });

async function sheetRow(session: Session, id: string, dial: number | undefined) {
  const { database } = session;
  const recommender = openRecommender(database);
  const productId = (await database.catalog.resolve([id])).get(id);
  const card = productId && (await database.catalog.products([productId])).get(productId);
  if (!card) throw new WeftError('product-unknown', `There is no product or offer ${id}.`, { value: id });
  // The sheet shows what the embedding takes for alike: kept to one kind of garment there would be no misses to see.
  const { results } = await recommender.similar(id, { count: 10, category: 'any', dial });
  const cells = results.map(async (result): Promise<SheetCell> => {
    const agrees = lastStepOf(result.category) === lastStepOf(card.category);
    return { ...(await cell(session, result)), mark: agrees ? 'hit' : 'miss' };
  });
  return { query: await cell(session, card), results: await Promise.all(cells) };
}

/** A photo with its title; the cell stays empty where the photo's file is gone. */
async function cell(
  session: Session,
  card: ProductCard & { similarity?: { total: number } | null },
): Promise<SheetCell> {
  const caption = [
    card.title ?? card.productId,
    card.similarity ? card.similarity.total.toFixed(3) : (card.category ?? ''),
  ];
  return { bytes: card.imageId && (await photoBytes(session, card.imageId)), caption };
}
