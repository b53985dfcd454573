import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ts from 'typescript';
import { expect, it, onTestFinished } from 'vitest';
import { servedShop } from './served-shop.js';

const served = servedShop();

/** What TypeScript says of a program that imports a module of the service, with its types downloaded beside it. */
async function complaintsOf(module: 'weft' | 'weft-client', program: string, lib: string[]): Promise<string[]> {
  const directory = await mkdtemp(join(tmpdir(), 'weft-types-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const response = await fetch(`${served.api.url}/${module}.d.ts`);
  expect(response.status).toBe(200);
  await writeFile(join(directory, `${module}.d.ts`), await response.text());
  const main = join(directory, 'main.ts');
  await writeFile(main, program);
  const options: ts.CompilerOptions = {
    ...{ noEmit: true, strict: true, noUncheckedIndexedAccess: true, exactOptionalPropertyTypes: true, types: [] },
    ...{ target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, lib: lib.map((name) => `lib.${name}.d.ts`) },
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    // The address in the page is the file beside it.
    paths: { [`https://weft.shop.example/${module}.js`]: [join(directory, `${module}.d.ts`)] },
  };
  return ts
    .getPreEmitDiagnostics(ts.createProgram([main], options))
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '));
}

const PAGE = `
import { type Recommendations, ShopperEvents, WeftClient, WeftFailure, type WeftSimilar } from 'https://weft.shop.example/weft.js';

const weft = new WeftClient({ service: 'https://weft.shop.example', key: 'weft_pk_...' });
const answer: Recommendations = await weft.get('/v1/products/{id}/similar', { path: { id: 'a' }, query: { dial: 0.2 } });
const reason: string | null | undefined = answer.results[0]?.because?.text;
new ShopperEvents(weft, 'c41f7a20').tell({ type: 'wishlist', productId: 'a' });
const row: WeftSimilar = document.createElement('weft-similar');
row.addEventListener('weft-select', ({ detail }) => console.log(detail.position, detail.result.productId, reason));
document.addEventListener('weft-events', ({ detail }) => console.log(detail.stored));
await weft.get('/v1/products').catch((error: unknown) => error instanceof WeftFailure && error.code === 'rate-limited');
`;

it('a page in TypeScript compiles with the types that lie beside the module', async () => {
  expect(await complaintsOf('weft', PAGE, ['es2022', 'dom', 'dom.iterable'])).toEqual([]);
});

it('and does not where it asks for what there is not', async () => {
  const wrong = `${PAGE}
void weft.get('/v1/products', { query: { colour: 'red' } });
row.addEventListener('weft-select', ({ detail }) => detail.place);
new ShopperEvents(weft, 'c41f7a20').tell({ type: 'stare', productId: 'a' });`;
  expect(await complaintsOf('weft', wrong, ['es2022', 'dom', 'dom.iterable'])).toEqual([
    expect.stringContaining("'colour' does not exist"),
    expect.stringContaining("'place' does not exist"),
    expect.stringContaining('"stare"\' is not assignable'),
  ]);
});

it('the client alone compiles, and runs in Node', async () => {
  const program = `
import { WeftClient } from 'https://weft.shop.example/weft-client.js';
const { products } = await new WeftClient({ service: 'http://127.0.0.1:4100' }).get('/v1/products', { query: { count: 1 } });
export const first: string | undefined = products[0]?.productId;`;
  expect(await complaintsOf('weft-client', program, ['es2022', 'dom'])).toEqual([]);
  const text = await (await fetch(`${served.api.url}/weft-client.js`)).text();
  const module = (await import(`data:text/javascript,${encodeURIComponent(text)}`)) as typeof import('#client');
  const { products } = await new module.WeftClient({ service: served.api.url }).get('/v1/products', {
    query: { count: 1 },
  });
  expect(products).toHaveLength(1);
});
