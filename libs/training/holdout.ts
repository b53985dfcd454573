import { type Snapshot, type TrainingMetrics } from '#datasets';
import {
  baselineVectors,
  baselineWidth,
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

type Figures = Pick<TrainingMetrics, 'holdout' | 'trainedMinusUntrained'>;

/**
 * Hold-out styles at one dial: trained heads beside untrained ones and the raw features, and what training added by
 * paired bootstrap over styles. Both null without photos to ask.
 */
export function holdoutFigures(
  models: { trained: TwoPartHeads; untrained: TwoPartHeads },
  snapshot: Snapshot,
  rows: readonly number[],
  dial: number,
): Figures {
  if (rows.length === 0) return { holdout: null, trainedMinusUntrained: null };
  const { layout } = snapshot;
  const features = takeRows(snapshot.features, featureWidth(layout), rows);
  const ofHeads = (heads: TwoPartHeads) => measureHeads(heads, snapshot, rows, dial);
  const ofBaseline = (baseline: Baseline) => {
    const set = retrievalSetOfRows(snapshot, rows, baselineVectors(features, baseline, layout));
    return measureRetrieval({ queries: set, gallery: set, dim: baselineWidth(baseline, layout) });
  };
  const trained = ofHeads(models.trained);
  const untrained = ofHeads(models.untrained);
  return {
    holdout: {
      trained: report(trained),
      untrained: report(untrained),
      backbone: report(ofBaseline('backbone')),
      histogram: report(ofBaseline('histogram')),
    },
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

/** Every interval is drawn with the same seed, so that equal outcomes have equal intervals. */
const bootstrapRandom = () => new Random(1);

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
