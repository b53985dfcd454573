import { spawn } from 'node:child_process';
import { bareEnvironment, limitedCommand } from '#config';
import { messageOf, WeftError } from '#foundation';
import { z } from 'zod';
import type { BackboneLimits } from './limits.js';

const MOST_OUTPUT = 64 * 1024;

const refusal = z.strictObject({
  refused: z.strictObject({
    message: z.string().max(5_000),
    value: z.unknown().optional(),
    remedy: z.string().max(1_000).optional(),
  }),
});

/** What a limited process says as its last line: what it found, or why it refuses. */
export type LimitedReply<Findings> = Findings | z.infer<typeof refusal>;

/**
 * Runs a compiled script that may die of what it reads, and believes nothing that it says unchecked.
 *
 * @param what the process does with the backbone, for the sentence: "Reading"
 * @throws WeftError `backbone-refused`: its own reason, or that it died or took too long or too much memory
 */
export async function runLimited<Findings>(
  what: string,
  script: URL,
  args: readonly string[],
  findings: z.ZodType<Findings>,
  limits: BackboneLimits,
): Promise<Findings> {
  const { stdout, stderr, ending } = await outputOf(script, args, limits);
  const said = lastReply(stdout, z.union([findings, refusal]));
  if (said !== null && typeof said === 'object' && 'refused' in said) {
    const { message, value, remedy } = said.refused;
    throw new WeftError('backbone-refused', message, {
      ...(value === undefined ? {} : { value }),
      ...(remedy === undefined ? {} : { remedy }),
    });
  }
  if (said !== null && ending === 0) return said;
  throw died(what, ending, stderr, limits);
}

/** @returns `ending`: exit status, signal, or `late` */
async function outputOf(script: URL, args: readonly string[], { memoryBytes, timeoutMs }: BackboneLimits) {
  const [command, all] = limitedCommand(script, memoryBytes, args);
  const child = spawn(command, all, { env: bareEnvironment(), stdio: ['ignore', 'pipe', 'pipe'] });
  const output = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].on(
      'data',
      (chunk: Buffer) => (output[stream] = (output[stream] + chunk.toString()).slice(-MOST_OUTPUT)),
    );
  }
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    child.kill('SIGKILL');
  }, timeoutMs);
  const ending = await new Promise<number | string>((resolve) => {
    child.once('close', (code, signal) => resolve(code ?? signal ?? 'an unknown end'));
    child.once('error', (error) => child.pid === undefined && resolve(messageOf(error)));
  });
  clearTimeout(timer);
  return { ...output, ending: isLate ? 'late' : ending };
}

/** Native libraries may print beside it: the last line that is a reply counts. */
function lastReply<Reply>(stdout: string, schema: z.ZodType<Reply>): Reply | null {
  for (const line of stdout.trimEnd().split('\n').reverse()) {
    try {
      const parsed = schema.safeParse(JSON.parse(line));
      if (parsed.success) return parsed.data;
    } catch {
      // Not JSON.
    }
  }
  return null;
}

function died(what: string, ending: number | string, stderr: string, limits: BackboneLimits): WeftError {
  const remedy = 'Export a smaller backbone, or one for smaller pictures.';
  if (ending === 'late') {
    return new WeftError('backbone-refused', `${what} the backbone took longer than ${limits.timeoutMs / 1000} s.`, {
      value: ending,
      remedy,
    });
  }
  const lines = stderr.trim().split('\n');
  const words = (lines.findLast((line) => /error|fatal|memory|bad_alloc/i.test(line)) ?? lines.at(-1) ?? '').slice(
    0,
    500,
  );
  const memory = Math.round(limits.memoryBytes / 1024 ** 2);
  return new WeftError(
    'backbone-refused',
    `${what} the backbone ended its process, which may have ${memory} MB of memory (${ending}${words === '' ? '' : `: ${words}`}).`,
    { value: ending, remedy },
  );
}
