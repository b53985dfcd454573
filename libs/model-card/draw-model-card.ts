import { trainingMetricsSchema, type TrainingMetrics } from '#datasets';
import { html, type Html, renderPage } from '#report';
import { type CardFacts, interval, rate, TASKS } from './card-facts.js';
import type { CardSource } from './card-source.js';
import { takePictures } from './pictures.js';
import { calibrationSection } from './sections/calibration.js';
import { categoriesSection } from './sections/categories.js';
import { dataSection } from './sections/data.js';
import { dialSection } from './sections/dial.js';
import { hardestSection } from './sections/hardest.js';
import { limitsSection } from './sections/limits.js';
import { mapSection } from './sections/map.js';
import { neighboursSection } from './sections/neighbours.js';
import { qualitySection } from './sections/quality.js';
import { repeatSection } from './sections/repeat.js';
import { trainingSection } from './sections/training.js';
import { shownFeed } from './shown-feed.js';

/**
 * The card of a model: one HTML document with everything in it. Figures are those that the training measured; photos, map and
 * tables of the data show the catalogue as it is now, and the card says so where it has changed. A photo that cannot be read
 * leaves an empty frame.
 *
 * @throws ZodError when the manifest's metrics are of no training
 */
export async function drawModelCard(source: CardSource): Promise<string> {
  const { manifest, snapshot } = source;
  const metrics = trainingMetricsSchema.parse(manifest.metrics);
  const facts: CardFacts = {
    ...{ manifest, metrics, snapshot, madeAt: source.madeAt },
    isSameCatalogue: snapshot.hash === manifest.snapshotHash,
    feed: source.feed === null ? null : shownFeed(source.feed),
  };
  const pictures = await takePictures(source, metrics);
  return renderPage({
    title: `Model ${manifest.version}`,
    kind: 'Weft model card',
    lead: lead(facts),
    sections: [
      qualitySection(facts),
      neighboursSection(facts, pictures),
      categoriesSection(facts),
      dialSection(facts),
      calibrationSection(facts),
      mapSection(pictures),
      trainingSection(facts),
      ...(metrics.mining === null ? [] : [hardestSection(metrics.mining, facts, pictures)]),
      dataSection(facts),
      limitsSection(facts),
      repeatSection(facts),
    ],
    foot: html`<p>
      Made by weft card on ${facts.madeAt.toISOString().slice(0, 16).replace('T', ' at ')} UTC from the bundle and the
      catalogue. It holds photos of the catalogue: pass it on as you would them.
    </p>`,
  });
}

function lead({ manifest, metrics }: CardFacts): Html {
  return html`<p class="lead">
      ${manifest.reason} Trained on ${manifest.createdAt.slice(0, 10)}; the ${manifest.headsChosen} heads are served.
    </p>
    ${tiles(metrics)}`;
}

/** The three figures that one looks for first. */
function tiles({ holdout, counts }: TrainingMetrics): Html {
  if (holdout === null) return html`<p class="note">No style was held out: there are no figures of quality.</p>`;
  return html`<ul class="tiles">
    ${TASKS.map(({ key, name }) => {
      const task = holdout.trained[key];
      return html`<li>
        <span>${name}</span>
        <b>${rate(task?.hitRateAt1, 2)}</b>
        <span
          >${task === null ? 'nothing to find' : `95 %: ${interval(task.interval95)}; ${task.queries} photos asked`}</span
        >
      </li>`;
    })}
    <li>
      <span>Measured on</span>
      <b>${counts.holdout.styles}</b>
      <span>styles held out, ${counts.holdout.photos} photos</span>
    </li>
  </ul>`;
}
