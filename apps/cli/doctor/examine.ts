import { openArtifacts } from '#artifacts';
import type { WeftConfig } from '#config';
import { openModel } from '#embedder';
import { messageOf } from '#foundation';
import { reportPostgres, type DatabaseContent } from '#persistence';
import { diagnose, type Finding, lookAtAll, ok, problem, testGpu, unverified, warning } from '#provision';
import { extractorsOf } from '../extractors.js';
import { lookAtArtifacts } from './artifacts.js';
import { judgeCatalogue, judgeQuarantine } from './catalogue.js';
import { type BundleState, judgeEmbedding, judgeGeneration, judgeLeftovers } from './generation.js';
import { judgeClock, judgeJobs, judgePort, lookAtPort } from './service.js';
import { databaseState, type DatabaseState } from './state.js';

/**
 * All that the doctor finds: the machine, the database's content, the service. Never rejects; downloads nothing. Embedded
 * servers that hold something are started for it.
 *
 * @param options.testsGpu has the GPU calculate, and keeps the outcome
 * @param options.now the time, by this machine's clock
 */
export async function examine(
  config: WeftConfig,
  { testsGpu, now, say }: { testsGpu: boolean; now: () => Date; say: (line: string) => void },
): Promise<Finding[]> {
  const state = await databaseState(config, say);
  const asked = now();
  const content = 'known' in state ? state.known.content : null;
  const machine = await diagnose(config, (url) => reportPostgres({ url }), content?.photos ?? null);
  const gpu = testsGpu ? await lookAtAll([['gpu', () => testGpu(config, now())]]) : [];
  const rest = await lookAtAll([
    ['artifacts', async () => lookAtArtifacts(await openArtifacts(config))],
    ['port', async () => judgePort(await lookAtPort(config), config)],
    ['database', () => judgeDatabase(state)],
    ['clock', () => ('known' in state ? judgeClock(state.known.serverTime, asked.getTime()) : unasked('clock', state))],
    ...contentLooks(config, state, now),
  ]);
  return [...machine.map((finding) => gpu.find(({ id }) => id === finding.id) ?? finding), ...rest];
}

function contentLooks(
  config: WeftConfig,
  state: DatabaseState,
  now: () => Date,
): [string, () => Promise<Finding> | Finding][] {
  const content = 'known' in state ? state.known.content : null;
  const look = (id: string, judge: (content: DatabaseContent) => Promise<Finding> | Finding) =>
    [id, () => (content === null ? unasked(id, state) : judge(content))] as [string, () => Promise<Finding> | Finding];
  return [
    look('catalogue', judgeCatalogue),
    look('quarantine', judgeQuarantine),
    look('generation', async (known) =>
      judgeGeneration(known, await bundleOf(config, known), await extractorsOf(config)),
    ),
    look('embedding', judgeEmbedding),
    look('leftovers', judgeLeftovers),
    look('jobs', async (known) => judgeJobs(known, await lookAtPort(config), now())),
  ];
}

/** What cannot be said while the database is empty or silent; the finding `database` says which, and what to do. */
function unasked(id: string, state: DatabaseState): Finding {
  const isEmpty = 'unknown' in state || ('known' in state && state.known.pendingMigrations.length === 0);
  if (isEmpty) return ok(id, 'The database is empty.');
  return unverified(id, 'The database could not be asked.', 'Mend what the finding database names.');
}

export function judgeDatabase(state: DatabaseState): Finding {
  if ('failed' in state) {
    const { message, remedy } = state.failed;
    return problem('database', message, remedy ?? 'Look into logs/ of WEFT_HOME, or correct DATABASE_URL.');
  }
  if ('unknown' in state) {
    const why =
      state.unknown === 'not-fetched'
        ? 'Its servers are not fetched yet'
        : 'It has never been started in this WEFT_HOME';
    return ok('database', `${why}: nothing has been imported.`);
  }
  const { content, bytes, pendingMigrations } = state.known;
  const value = { bytes, pendingMigrations };
  if (pendingMigrations.length > 0) {
    const sentence = `${pendingMigrations.length} migrations are to be applied; until then its content is not looked at.`;
    return warning('database', sentence, 'npm run -s weft -- serve (or any command: it applies them first)', value);
  }
  if (content === null) return ok('database', 'It answers, and no Weft has worked in it yet.', value);
  return ok('database', `It answers, and takes ${Math.round(bytes / 1e6)} MB.`, value);
}

async function bundleOf(config: WeftConfig, { active }: DatabaseContent): Promise<BundleState | null> {
  if (active === null) return null;
  try {
    const bundle = await openModel(await openArtifacts(config), { version: active.modelVersion });
    await bundle.close();
    return { manifest: bundle.manifest };
  } catch (error) {
    return { damage: messageOf(error) };
  }
}
