import { html, type Section } from '#report';
import { type CardFacts, count, rate } from '../card-facts.js';

/** What the model is for, what it is not for, and whose the weights are. */
export function limitsSection({ metrics, snapshot, manifest }: CardFacts): Section {
  const { holdout, counts } = metrics;
  const style = holdout?.trained.sameStyle ?? null;
  const width = style === null ? null : (style.interval95[1] - style.interval95[0]) / 2;
  const withoutCategory = snapshot.photos.filter(({ category }) => category === null).length;
  return {
    id: 'limits',
    title: 'Use and limits',
    body: html`
      <h3>Meant for</h3>
      <p>
        Showing similar items in the shop whose catalogue it was trained on: garments and accessories on plain or quiet
        backgrounds, photographed as that shop photographs.
      </p>
      <h3>Not meant for</h3>
      <ul>
        <li>Telling who a person is, or anything about them: faces and bodies are not what it was trained on.</li>
        <li>Proving that a garment is genuine, or that two photos show one single piece.</li>
        <li>Another shop, unless it is measured there first: weft evaluate --feed FEED.</li>
        <li>Size, fit, fabric, price or fashion: it sees cut and colour.</li>
      </ul>
      <h3>Known limits</h3>
      <ul>
        ${
          width !== null &&
          html`<li>
            The figures stand on ${count(counts.holdout.styles, 'style')}. On the same style,
            ${rate(style?.hitRateAt1, 2)} could as well be ${rate(width, 2)} more or less with other styles.
          </li>`
        }
        <li>
          Colours of one garment are often recoloured from one exposure. That makes “same style, other colour” easier
          than two photographs would be.
        </li>
        <li>
          Colour is that of the whole picture but for its background: a model’s trousers count when a shirt is for sale.
        </li>
        <li>
          Category and gender are read from the feed and not learned.
          ${withoutCategory > 0 && `${count(withoutCategory, 'photo')} have no category.`}
        </li>
        ${
          manifest.headsChosen === 'untrained' &&
          html`<li>These heads are principal components: nothing was learned from which photos belong together.</li>`
        }
      </ul>
      <h3>Licences of the weights</h3>
      <p>
        The backbone is EfficientNet-Lite0 trained on ImageNet, under the Apache License 2.0, with its batch
        normalisation folded, inside <code>encoder.onnx</code>. The heads were fitted on this shop’s photos: they belong
        to whoever ran the training, and hold no photo.
      </p>
    `,
  };
}
