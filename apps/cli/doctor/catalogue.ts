import type { DatabaseContent } from '#persistence';
import { type Finding, ok, warning } from '#provision';

/** A share of rows set aside that is worth a look. */
const QUARANTINE_SHARE = 0.01;

export function judgeCatalogue(content: DatabaseContent): Finding {
  const { products, offers, photos } = content;
  const value = { products, offers, photos };
  if (products === 0) return warning('catalogue', 'The catalogue is empty.', 'npm run -s weft -- import FEED', value);
  if (photos === 0) {
    const sentence = `${products} products, none of which has a usable photo.`;
    return warning('catalogue', sentence, 'npm run -s weft -- quarantine', value);
  }
  return ok('catalogue', `${products} products, ${offers} offers, ${photos} photos.`, value);
}

export function judgeQuarantine({ lastImport, offers }: DatabaseContent): Finding {
  if (lastImport === null) return ok('quarantine', 'Nothing has been imported yet.');
  const { id, quarantined } = lastImport;
  const value = { importId: id, finishedAt: lastImport.finishedAt.toISOString(), quarantined };
  const sentence = `The last import set ${quarantined} entries aside.`;
  if (quarantined <= QUARANTINE_SHARE * offers) return ok('quarantine', sentence, value);
  return warning('quarantine', sentence, 'npm run -s weft -- quarantine', value);
}
