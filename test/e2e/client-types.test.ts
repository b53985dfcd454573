import { join } from 'node:path';
import openapiTS, { astToString, type OpenAPI3 } from 'openapi-typescript';
import { format } from 'prettier';
import { expect, it } from 'vitest';
import { repositoryRoot } from '#config';
import { servedShop } from './served-shop.js';

const FILE = join(repositoryRoot(import.meta.url), 'libs', 'client', 'api-types.ts');
const HEAD = `// Made from /openapi.json: what a storefront key may call. To make it anew: npm run client:types\n`;
/** What a storefront key can be granted, and what needs none. */
const SCOPES = ['read', 'events', 'public'];

const served = servedShop();

it('the types of the client are those of the API', async () => {
  const response = await fetch(`${served.api.url}/openapi.json`);
  expect(response.status).toBe(200);
  const document = (await response.json()) as OpenAPI3;
  const options = { alphabetize: true, defaultNonNullable: false };
  const text = astToString(await openapiTS(ofStorefronts(document), options));
  await expect(
    await format(HEAD + text, { parser: 'typescript', printWidth: 120, singleQuote: true }),
  ).toMatchFileSnapshot(FILE);
});

interface Operation {
  'x-scope': string;
  responses: Record<string, unknown>;
}
type Operations = Record<string, Record<string, Operation>>;

/**
 * The document without what a storefront key cannot call, without the schemas that only this needs, without examples, and
 * with the form of all errors told once.
 */
function ofStorefronts(document: OpenAPI3): OpenAPI3 {
  const paths = Object.entries(document.paths as unknown as Operations).flatMap(([path, operations]) => {
    const open = Object.entries(operations).flatMap(([method, operation]) =>
      SCOPES.includes(operation['x-scope']) ? [[method, withoutErrors(operation)] as const] : [],
    );
    return open.length === 0 ? [] : [[path, Object.fromEntries(open)] as const];
  });
  const schemas = document.components?.schemas ?? {};
  const used = new Set<string>();
  const use = (name: string): void => {
    if (used.has(name)) return;
    used.add(name);
    namedIn(schemas[name]).forEach(use);
  };
  ['Problem', ...namedIn(paths)].forEach(use);
  const kept = Object.fromEntries(Object.entries(schemas).filter(([name]) => used.has(name)));
  const { openapi, info } = document;
  const whole = { openapi, info, paths: Object.fromEntries(paths), components: { schemas: kept } };
  return JSON.parse(JSON.stringify(whole, withoutExamples)) as OpenAPI3;
}

function withoutErrors({ responses, ...operation }: Operation): Operation {
  const successes = Object.entries(responses).filter(([status]) => status.startsWith('2'));
  return { ...operation, responses: Object.fromEntries(successes) };
}

const namedIn = (part: unknown) =>
  [...JSON.stringify(part).matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map(([, name = '']) => name);

const withoutExamples = (name: string, value: unknown) =>
  name === 'example' || name === 'examples' ? undefined : value;
