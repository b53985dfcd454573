import { WeftError } from '#foundation';

/** One thing that the doctor looked at. */
export interface Finding {
  /** Stable name, for programs: `python`, `postgres`, `tensorflow` ... */
  id: string;
  /** `warning`: Weft works, with a limit that `remedy` lifts; `missing`: something does not work until it is mended. */
  status: 'ok' | 'warning' | 'missing';
  /** What was found: a version, a path, an amount, or what is wrong. */
  found: string;
  /** Command or step that mends it; null when there is nothing to mend. */
  remedy: string | null;
}

export function ok(id: string, found: string): Finding {
  return { id, status: 'ok', found, remedy: null };
}

export function warning(id: string, found: string, remedy: string): Finding {
  return { id, status: 'warning', found, remedy };
}

export function missing(id: string, found: string, remedy: string): Finding {
  return { id, status: 'missing', found, remedy };
}

/** The finding of a look that may throw: what it threw says what is missing and what mends it. */
export async function findingOf(id: string, look: () => Promise<Finding> | Finding): Promise<Finding> {
  try {
    return await look();
  } catch (error) {
    if (!(error instanceof WeftError)) throw error;
    return missing(id, error.message, error.remedy ?? 'npm run -s weft -- setup');
  }
}
