import type { ProductCard } from './catalog-reader.js';
import type { PartSimilarity } from './parts.js';
import type { SignalType } from './profile-settings.js';

/** Cosine of a part from which on it is called the same, called similar, and up to which it is called another. */
const SAME = 0.75;
const SIMILAR = 0.5;
const OTHER = 0.4;

/** A dislike brings nothing. */
const DEEDS: Record<Exclude<SignalType, 'dislike'>, (title: string) => string> = {
  view: (title) => `Because you looked at ${title}`,
  wishlist: (title) => `Because you wishlisted ${title}`,
  cart: (title) => `Because you put ${title} in your cart`,
  purchase: (title) => `Because you bought ${title}`,
};

type Described = Pick<ProductCard, 'title' | 'styleId' | 'colour'>;

/**
 * A sentence for the storefront on why a result is shown, in English: `Because you wishlisted Ines coat: same cut, other
 * colour`. What it says of cut and colour is read from the parts' similarities: from .75 on they are the same, from .5 on
 * similar, up to .4 the other's is another. Where the catalogue's own words for the colours say otherwise, they win.
 *
 * @param signalled the product that the signal was about
 * @param similarity of the two products
 * @returns null where nothing of this holds, or the product has no title
 */
export function reasonText(
  type: SignalType,
  signalled: Described,
  result: Described,
  similarity: Pick<PartSimilarity, 'shape' | 'colour'>,
): string | null {
  if (type === 'dislike' || signalled.title === null) return null;
  const likeness = likenessText(signalled, result, similarity);
  return likeness && `${DEEDS[type](signalled.title)}: ${likeness}`;
}

function likenessText(
  signalled: Described,
  result: Described,
  { shape, colour }: Pick<PartSimilarity, 'shape' | 'colour'>,
): string | null {
  const names = [signalled.colour, result.colour].map((name) => name?.toLowerCase() ?? null);
  const [named, other] = names as [string | null, string | null];
  const isNamedAlike = named !== null && named === other;
  const isNamedApart = named !== null && other !== null && named !== other;
  if (signalled.styleId === result.styleId) return isNamedApart ? 'the same style in another colour' : 'the same style';
  const isSameColour = colour >= SAME && !isNamedApart;
  if (shape >= SAME) {
    if (isSameColour) return 'same cut, same colour';
    if (colour <= OTHER && !isNamedAlike) return 'same cut, other colour';
    return colour >= SIMILAR ? 'same cut, similar colour' : 'same cut';
  }
  if (isSameColour) {
    if (shape <= OTHER) return 'same colour, other cut';
    return shape >= SIMILAR ? 'same colour, similar cut' : 'same colour';
  }
  if (shape >= SIMILAR) return colour >= SIMILAR ? 'similar cut and colour' : 'similar cut';
  return colour >= SIMILAR ? 'similar colour' : null;
}
