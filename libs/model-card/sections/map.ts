import { dataAddress, html, type Html, type Section } from '#report';
import { type CardPictures, MAP_WIDTH } from '../pictures.js';

const CELL = 40;

/** The hold-out laid out by shape and by colour, beside each other. */
export function mapSection(pictures: CardPictures | null): Section {
  const title = 'Map of the embedding';
  if (pictures === null || pictures.maps === null) {
    return { id: 'map', title, body: html`<p class="note">There are too few photos of held-out styles for a map.</p>` };
  }
  const { rows, shape, colour, cells } = pictures.maps;
  return {
    id: 'map',
    title,
    body: html`
      <p>
        The same ${rows.length} photos of the hold-out twice, on a plane that keeps near photos near (UMAP of each
        part’s vectors). Left what the heads take for the same cut, right what they take for the same colour. Each photo
        is moved to the nearest free place of a grid, so that none hides another; neighbourhoods can be read, distances
        across the map cannot.
      </p>
      <div class="charts">
        ${drawMap('By shape', 'shape', shape, pictures, true)}
        ${drawMap('By colour', 'colour', colour, pictures, false)}
      </div>
    `,
  };

  function drawMap(
    name: string,
    part: string,
    places: readonly (readonly [number, number])[],
    { set, thumbnails }: CardPictures,
    isFirst: boolean,
  ): Html {
    const size = cells * CELL;
    return html`<figure>
      <h3>${name}</h3>
      <svg
        class="map"
        viewBox="0 0 ${size} ${size}"
        role="img"
        aria-label="${name}: ${rows.length} photos, near each other where the model finds their ${part} alike."
      >
        ${isFirst && html`<defs>${rows.map((row, at) => symbolOf(at, thumbnails.of(set.imageIds[row] ?? '', MAP_WIDTH)))}</defs>`}
        ${places.map(
          ([column, line], at) =>
            html`<use href="#photo-${at}" x="${column * CELL}" y="${line * CELL}"
              ><title>${set.products[rows[at] ?? 0]}</title></use
            >`,
        )}
      </svg>
    </figure>`;
  }
}

/** Each picture lies in the page once and is used in both maps. */
function symbolOf(at: number, webp: Uint8Array | null): Html {
  if (webp === null) {
    return html`<g id="photo-${at}"><rect x="6" y="3" width="${CELL - 12}" height="${CELL - 6}" /></g>`;
  }
  return html`<image id="photo-${at}" width="${CELL}" height="${CELL}" href="${dataAddress(webp)}" />`;
}
