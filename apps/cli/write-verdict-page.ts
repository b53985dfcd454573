import { resolve } from 'node:path';
import { messageOf, type ProductId, systemClock, WeftError, writeDurably } from '#foundation';
import type { Verdict } from '#generations';
import type { Session } from './session.js';
import { smallPictures } from './small-pictures.js';
import { verdictPage } from './verdict-page.js';

/**
 * Writes a verdict as a page, with photos of the products that change most.
 *
 * @throws WeftError `page-unwritable`
 */
export async function writeVerdictPage(session: Session, verdict: Verdict, path: string): Promise<void> {
  const { catalog, generations } = session.database;
  const { churn, exposure } = verdict.judgement;
  const pictured = churn.examples.flatMap(({ productId, before, after }) => [productId, ...before, ...after]);
  const named = [...exposure.gainers, ...exposure.losers].map(({ productId }) => productId);
  const cards = await catalog.products([...new Set([...pictured, ...named])] as ProductId[]);
  const cardOf = (productId: string) => cards.get(productId as ProductId);
  const pictureOf = await smallPictures(
    session,
    pictured.flatMap((productId) => cardOf(productId)?.imageId ?? []),
  );
  const modelOf = async (id: number) => (await generations.find(id))?.modelVersion ?? '(gone)';
  const models = { candidate: await modelOf(verdict.generation), active: await modelOf(verdict.against) };
  const shown = (productId: string) => {
    const card = cardOf(productId);
    return { title: card?.title ?? productId, webp: card?.imageId ? pictureOf(card.imageId) : null };
  };
  const page = new TextEncoder().encode(verdictPage({ verdict, ...models }, shown, systemClock.now()));
  const file = resolve(path);
  await writeDurably(file, page).catch((error: unknown) => {
    throw new WeftError('page-unwritable', `The page cannot be written: ${messageOf(error)}`, {
      value: file,
      remedy: 'Name a file in a directory that you may write to: --page FILE',
    });
  });
}
