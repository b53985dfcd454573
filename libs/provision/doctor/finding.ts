import { messageOf, WeftError } from '#foundation';

/** One thing that the doctor looked at. */
export interface Finding {
  /** Stable name, for programs: `python`, `postgres`, `training` ...; docs/doctor.md lists them. */
  id: string;
  /**
   * `warning`: Weft works, with a limit that `remedy` lifts; `problem`: something does not work until it is mended;
   * `unverified`: nothing speaks against it, and nobody has tried.
   */
  state: 'ok' | 'warning' | 'problem' | 'unverified';
  /** What was found, for people. */
  sentence: string;
  /** Command or step that mends it; null when the state is ok. */
  remedy: string | null;
  /** The facts behind the sentence, for programs; amounts in bytes, times in ISO 8601. */
  value: unknown;
}

export const SETUP = 'npm run -s weft -- setup';

/** A look that takes longer than this has found something that hangs. */
const LIMIT_MS = 60_000;

export function ok(id: string, sentence: string, value: unknown = null): Finding {
  return { id, state: 'ok', sentence, remedy: null, value };
}

export function warning(id: string, sentence: string, remedy: string, value: unknown = null): Finding {
  return { id, state: 'warning', sentence, remedy, value };
}

export function problem(id: string, sentence: string, remedy: string, value: unknown = null): Finding {
  return { id, state: 'problem', sentence, remedy, value };
}

export function unverified(id: string, sentence: string, remedy: string, value: unknown = null): Finding {
  return { id, state: 'unverified', sentence, remedy, value };
}

/**
 * The finding of a look, whatever happens in it: what it throws, and that it never ends, are findings too. Never rejects.
 */
export async function findingOf(
  id: string,
  look: () => Promise<Finding> | Finding,
  limitMs = LIMIT_MS,
): Promise<Finding> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Finding>((resolve) => {
    timer = setTimeout(
      () => resolve(problem(id, `There was no answer within ${limitMs / 1000} s.`, 'Run weft doctor again.')),
      limitMs,
    );
  });
  try {
    return await Promise.race([late, (async () => look())()]);
  } catch (error) {
    const { remedy, value } = error instanceof WeftError ? error : { remedy: undefined, value: undefined };
    return problem(
      id,
      messageOf(error),
      remedy ?? `Mend what the sentence names, then: npm run -s weft -- doctor`,
      value ?? null,
    );
  } finally {
    clearTimeout(timer);
  }
}
