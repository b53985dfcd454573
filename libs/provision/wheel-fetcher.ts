import type { WeftConfig } from '#config';
import { WeftError } from '#foundation';
import { fetchFromBundle } from './bundle.js';
import type { FetchWheel } from './download.js';
import { fetchFromIndex } from './fetch-from-index.js';
import { fetchWheel } from './fetch-wheel.js';
import { findPip } from './pip.js';

/**
 * How wheels come: out of the directory `from` and from nowhere else, or with pip, or without pip straight from the
 * package index. Which of the latter two is found out at the first wheel.
 *
 * @param from directory that `weft setup --bundle` has written; null: the network
 */
export function wheelFetcher(config: Pick<WeftConfig, 'packageIndex'>, from: string | null): FetchWheel {
  if (from !== null) return (wheel) => fetchFromBundle(from, wheel);
  let chosen: Promise<FetchWheel> | undefined;
  return async (wheel, cache, temporary, report) => {
    chosen ??= chooseFetch(config, report);
    return (await chosen)(wheel, cache, temporary, report);
  };
}

async function chooseFetch(
  { packageIndex }: Pick<WeftConfig, 'packageIndex'>,
  report: (line: string) => void,
): Promise<FetchWheel> {
  try {
    const pip = await findPip();
    return (wheel, cache, temporary, tell) => fetchWheel(wheel, cache, temporary, pip, tell);
  } catch (error) {
    if (!(error instanceof WeftError)) throw error;
    report(`${error.message} Weft downloads from the package index ${new URL(packageIndex).host} by itself.`);
    return (wheel, cache, _, tell) => fetchFromIndex(packageIndex, wheel, cache, tell);
  }
}
