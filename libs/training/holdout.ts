import { type Snapshot, type TrainingMetrics } from '#datasets';
import {
  baselineVectors,
  baselineWidth,
  figuresByCategory,
  lastStepOf,
  measureRetrieval,
  pairedBootstrap,
  scaleQuery,
  summariseTask,
  type Baseline,
  type QueryOutcome,
  type RetrievalOutcomes,
  type RetrievalReport,
} from '#evaluation';
import { featureWidth, Random } from '#foundation';
import type { TwoPartHeads } from '#networks';
import { embedFeatures } from './apply-head.js';
import { retrievalSetOfRows } from './retrieval-rows.js';
import { takeRows } from './rows.js';

type Figures = Pick<TrainingMetrics, 'holdout' | 'sweep' | 'categories' | 'kinds' | 'trainedMinusUntrained'>;

/** Where the dial is measured, besides its default. */
const SWEEP = [0, 0.25, 0.5, 0.75, 1];
/** Every interval is drawn with the same seed, so that equal outcomes have equal intervals. */
const BOOTSTRAP_SEED = 1;

/**
 * Hold-out styles at one dial: trained heads beside untrained ones and the raw features, and what training added by
 * paired bootstrap over styles; the trained heads over the whole dial, and by category. All null without photos to ask.
 */
export function holdoutFigures(
  models: { trained: TwoPartHeads; untrained: TwoPartHeads },
  snapshot: Snapshot,
  rows: readonly number[],
  dial: number,
): Figures {
  if (rows.length === 0)
    return { holdout: null, sweep: null, categories: null, kinds: null, trainedMinusUntrained: null };
  const { layout } = snapshot;
  const features = takeRows(snapshot.features, featureWidth(layout), rows);
  const ofHeads = (heads: TwoPartHeads) => {
    const gallery = retrievalSetOfRows(snapshot, rows, embedFeatures(heads, features));
    const dim = heads.shape.outputs + heads.colour.outputs;
    return {
      gallery,
      at: (t: number) =>
        measureRetrieval({ queries: { ...gallery, vectors: scaleQuery(gallery.vectors, t) }, gallery, dim }),
    };
  };
  const ofBaseline = (baseline: Baseline) => {
    const set = retrievalSetOfRows(snapshot, rows, baselineVectors(features, baseline, layout));
    return measureRetrieval({ queries: set, gallery: set, dim: baselineWidth(baseline, layout) });
  };
  const served = ofHeads(models.trained);
  const trained = served.at(dial);
  const untrained = ofHeads(models.untrained).at(dial);
  const dials = [...new Set([...SWEEP, dial])].sort((a, b) => a - b);
  return {
    holdout: {
      trained: report(trained),
      untrained: report(untrained),
      backbone: report(ofBaseline('backbone')),
      histogram: report(ofBaseline('histogram')),
    },
    sweep: dials.map((t) => ({ dial: t, ...report(t === dial ? trained : served.at(t)) })),
    categories: figuresByCategory(served.gallery, trained, BOOTSTRAP_SEED),
    kinds: figuresByCategory(
      { ...served.gallery, categories: served.gallery.categories.map(lastStepOf) },
      trained,
      BOOTSTRAP_SEED,
    ),
    trainedMinusUntrained: differences(trained, untrained),
  };
}

/** What some rows find among each other, leave-one-out, under some heads. */
export function measureHeads(
  heads: TwoPartHeads,
  snapshot: Snapshot,
  rows: readonly number[],
  dial: number,
): RetrievalOutcomes {
  const embeddings = embedFeatures(heads, takeRows(snapshot.features, featureWidth(snapshot.layout), rows));
  return measureRetrieval({
    queries: retrievalSetOfRows(snapshot, rows, scaleQuery(embeddings, dial)),
    gallery: retrievalSetOfRows(snapshot, rows, embeddings),
    dim: heads.shape.outputs + heads.colour.outputs,
  });
}

/** hitRateAt1 of one model minus another's on the same photos, by task. */
export function differences(one: RetrievalOutcomes, other: RetrievalOutcomes) {
  return {
    sameProduct: difference(one.sameProduct, other.sameProduct),
    sameStyle: difference(one.sameStyle, other.sameStyle),
    sameStyleOtherColour: difference(one.sameStyleOtherColour, other.sameStyleOtherColour),
  };
}

const bootstrapRandom = () => new Random(BOOTSTRAP_SEED);

export function report(outcomes: RetrievalOutcomes): RetrievalReport {
  return {
    sameProduct: summariseTask(outcomes.sameProduct, bootstrapRandom()),
    sameStyle: summariseTask(outcomes.sameStyle, bootstrapRandom()),
    sameStyleOtherColour: summariseTask(outcomes.sameStyleOtherColour, bootstrapRandom()),
    otherStyles: outcomes.otherStyles,
  };
}

function difference(trained: QueryOutcome[], untrained: QueryOutcome[]) {
  if (trained.length === 0) return null;
  return pairedBootstrap(
    trained.map(({ hitAt1 }) => hitAt1),
    untrained.map(({ hitAt1 }) => hitAt1),
    trained.map(({ style }) => style),
    bootstrapRandom(),
  );
}
