import { resolve } from 'node:path';
import { Command } from 'commander';
import { loadConfig, type WeftConfig } from '#config';
import { WASM_COST } from '#foundation';
import {
  type Part,
  type PartState,
  ensureParts,
  makeHome,
  megabytes,
  partState,
  setupParts,
  writeSetupBundle,
} from '#provision';
import { describeFailure, print, printJson, say, table } from '../output.js';

interface SetupOptions {
  gpu?: true;
  from?: string;
  bundle?: string;
  json?: true;
}

export const setupCommand = new Command('setup')
  .description('fetch, verify and build the native parts; other commands do the same for the parts they need')
  .option('--gpu', 'the CUDA build of TensorFlow too (downloads 3.4 GB)')
  .option('--bundle <dir>', 'set nothing up; write the files that a machine without a network needs into a directory')
  .option('--from <dir>', 'take everything from such a directory; never reach for the network')
  .option('--json', 'print JSON on stdout')
  .action(async (options: SetupOptions) => {
    const config = loadConfig();
    if (options.bundle !== undefined) return bundle(config, resolve(options.bundle), options);
    const from = options.from === undefined ? null : resolve(options.from);
    makeHome(config);
    const parts = setupParts(config, options.gpu === true);
    for (const part of parts) say(announcement(await partState(config, part), from));
    const failures: Failure[] = [];
    const said = new Set<string>();
    const tell = (line: string) => {
      // What holds for every part is said once.
      if (!said.has(line)) say(`weft: ${line}`);
      said.add(line);
    };
    for (const part of parts) {
      try {
        await ensureParts(config, [part], tell, from);
      } catch (error) {
        const failure = { part, ...describeFailure(error) };
        failures.push(failure);
        sayFailure(failure);
      }
    }
    const states = await Promise.all(parts.map((part) => partState(config, part)));
    if (options.json) printJson(report(config, states, failures));
    else print(`${describe(states)}\n${servers(config)}`);
    if (failures.length > 0) process.exitCode = 1;
  });

/** Why a part is not in place. */
type Failure = { part: Part } & ReturnType<typeof describeFailure>;

async function bundle(config: WeftConfig, directory: string, options: SetupOptions): Promise<void> {
  const files = await writeSetupBundle(config, directory, options.gpu === true, (line) => say(`weft: ${line}`));
  if (options.json) return printJson({ bundle: directory, files });
  print(
    table(
      ['file', 'size'],
      files.map(({ file, bytes }) => [file, megabytes(bytes)]),
    ),
  );
  print(`Bring ${directory} to the other machine and run there: weft setup --from DIR`);
}

/** What set-up is about to do for a part, and what that costs. */
function announcement({ name, isInPlace, toFetch }: PartState, from: string | null): string {
  if (isInPlace) return `weft: ${name}: in place`;
  if (toFetch.length === 0) return `weft: ${name}: downloaded and unpacked, to be finished`;
  const bytes = megabytes(toFetch.reduce((sum, wheel) => sum + wheel.bytes, 0));
  const kept = megabytes(toFetch.reduce((sum, wheel) => sum + wheel.placedBytes, 0));
  return `weft: ${name}: ${from === null ? `downloads ${bytes}` : `takes ${bytes} from ${from}`}, keeps ${kept}`;
}

/** What works without a part. */
const WITHOUT: Record<Part, string> = {
  postgres: 'Without it Weft needs a Postgres with pgvector of yours: set DATABASE_URL.',
  redis: 'Without it Weft needs a Redis of yours: set REDIS_URL.',
  tensorflow: `Without it everything else works, and training runs in WebAssembly (WEFT_DEVICE=wasm). ${WASM_COST}`,
  'tensorflow-gpu': 'Without it training runs on the CPU, which takes seconds for a catalogue of thousands of photos.',
  backbone: 'Without it no photo gets its features: nothing can be imported, trained or embedded.',
};

function sayFailure({ part, message, remedy }: Failure): void {
  say(`weft: ${message}`);
  if (remedy !== null) say(`      mend: ${remedy}`);
  say(`      ${WITHOUT[part]}`);
}

function report({ cache, home }: WeftConfig, states: readonly PartState[], failures: readonly Failure[]) {
  return {
    cache,
    home,
    parts: states.map(({ part, name, version, isInPlace, place, placedBytes }) => ({
      ...{ part, name, version, isInPlace, place, bytes: isInPlace ? placedBytes : 0 },
      failure: failures.find((failure) => failure.part === part) ?? null,
    })),
  };
}

function describe(states: readonly PartState[]): string {
  return table(
    ['part', 'state', 'from', 'size', 'place'],
    states.map(({ name, version, isInPlace, placedBytes, place }) =>
      isInPlace ? [name, 'in place', version, megabytes(placedBytes), place] : [name, 'missing', version, '-', '-'],
    ),
  );
}

function servers({ databaseUrl, redisUrl, home }: WeftConfig): string {
  const own = [databaseUrl === null ? [] : ['Postgres is that of DATABASE_URL.']].flat();
  if (redisUrl !== null) own.push('Redis is that of REDIS_URL.');
  return [...own, `State will lie in ${home}; weft doctor looks at everything.`].join(' ');
}
