import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { catalogueSnapshot } from '#datasets';
import { FeatureCache, type ModelManifest, openModel } from '#embedder';
import {
  messageOf,
  type ModelVersion,
  systemClock,
  trainingFields,
  type ViewName,
  WeftError,
  writeDurably,
} from '#foundation';
import { cardFile, type ModelRecord } from '#generations';
import { drawCatalogueCard } from '#model-card';
import { print, printJson } from '../output.js';
import { type Session, withSession } from '../session.js';

export const cardCommand = new Command('card')
  .description('draw the card of a model: one HTML page with its figures, its photos and its limits')
  .argument('[version]', 'default: the newest model')
  .option('--out <file>', 'page to write; default: card.html in the bundle, where the API finds it')
  .option('--json', 'print JSON on stdout')
  .action((version: string | undefined, options: { out?: string; json?: true }) =>
    withSession(async (session) => {
      const model = await modelOf(session, version);
      const { artifacts } = session;
      const own = cardFile({ directory: artifacts.modelPath(model) });
      const file = options.out === undefined ? own : resolve(options.out);
      const page = new TextEncoder().encode(await draw(session, model));
      await writeDurably(file, page, async (written) => {
        if (file === own) await artifacts.share(written, own);
      }).catch((error: unknown) => {
        if (error instanceof WeftError) throw error;
        throw new WeftError('card-unwritable', `The card cannot be written: ${messageOf(error)}`, {
          value: file,
          remedy: 'Name a file in a directory that you may write to: --out FILE',
        });
      });
      if (options.json) return printJson({ version: model.version, file, bytes: page.length });
      print(file);
    }),
  );

/** @throws WeftError `no-model`, `model-unknown` */
async function modelOf({ database }: Session, version: string | undefined): Promise<ModelRecord> {
  if (version === undefined) {
    const newest = await database.generations.latestModel();
    if (newest !== null) return newest;
    throw new WeftError('no-model', 'No model has been trained yet.', { remedy: 'weft import FEED && weft train' });
  }
  const model = await database.generations.model(version as ModelVersion);
  if (model !== null) return model;
  const known = await database.generations.models();
  throw new WeftError('model-unknown', `There is no model ${version}.`, {
    value: version,
    remedy: known.length === 0 ? 'weft train' : `Known: ${known.map((one) => one.version).join(', ')}.`,
  });
}

/** What single-photo products had when the model was trained: part of what its snapshot's hash is of. */
function viewsOf({ settings }: ModelManifest): ViewName {
  return trainingFields.views.parse(settings['views']);
}

async function draw({ config, artifacts, database }: Session, model: ModelRecord): Promise<string> {
  const bundle = await openModel(artifacts, model);
  try {
    const cache = new FeatureCache(join(config.home, 'features'), bundle.manifest, artifacts);
    await cache.open();
    const { snapshot } = await catalogueSnapshot(database.generations, cache, viewsOf(bundle.manifest));
    const feed = (await database.jobs.latestSucceeded('import'))?.input.feed ?? null;
    return await drawCatalogueCard({
      ...{ bundle, snapshot, feed, artifacts, catalogue: database.catalog },
      madeAt: systemClock.now(),
    });
  } finally {
    await bundle.close();
  }
}
