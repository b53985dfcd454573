import { readFile } from 'node:fs/promises';
import { messageOf, WeftError } from '#foundation';
import type { z } from 'zod';

/**
 * What an argument says in JSON, parsed.
 *
 * @param text JSON, or `@` and the path of a file that holds it
 * @param code of what is wrong with it
 * @throws WeftError `code` with the first fault and where it is
 */
export async function parsedJson<Schema extends z.ZodType>(
  schema: Schema,
  text: string,
  code: string,
): Promise<z.output<Schema>> {
  const parsed = schema.safeParse(await jsonArgument(text, code));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const path = issue?.path.map(String).join('.');
  const what = (issue?.message ?? 'invalid').replace(/\.$/, '');
  throw new WeftError(code, `${path ? `${path}: ` : ''}${what}.`, {
    ...{ value: text, remedy: 'See docs/merchandising.md for what it may hold.' },
  });
}

/**
 * What an argument says in JSON.
 *
 * @param text JSON, or `@` and the path of a file that holds it
 * @throws WeftError `code`
 */
export async function jsonArgument(text: string, code: string): Promise<unknown> {
  const json = text.startsWith('@') ? await fileText(text.slice(1), code) : text;
  try {
    return JSON.parse(json) as unknown;
  } catch (error) {
    throw new WeftError(code, `The argument is no JSON: ${messageOf(error)}`, {
      ...{ value: text, cause: error, remedy: 'Quote it for the shell: \'{"count": 4}\', or name a file: @FILE' },
    });
  }
}

async function fileText(path: string, code: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new WeftError(code, `The file ${path} cannot be read: ${messageOf(error)}`, {
      ...{ value: path, cause: error, remedy: 'Name a file that is there, or give the JSON itself.' },
    });
  }
}
