import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'rolldown';

const here = import.meta.dirname;
const output = { dir: join(here, '..', '..', 'dist', 'browser'), minify: true };
const resolve = { conditionNames: ['source'] };

/**
 * What browsers load: the client with its component as one module, the client alone, which Node loads, too, and the sample shop
 * beside it.
 */
export default defineConfig([
  { input: { weft: join(here, '..', '..', 'libs', 'widget', 'index.ts') }, resolve, output },
  { input: { 'weft-client': join(here, '..', '..', 'libs', 'client', 'index.ts') }, resolve, output },
  {
    input: { demo: join(here, 'main.ts') },
    resolve,
    output,
    plugins: [
      // The shop takes the module that any shop would take.
      { name: 'as any shop', resolveId: (id) => (id === '#widget' ? { id: '/weft.js', external: true } : null) },
      {
        name: 'page',
        buildStart() {
          for (const fileName of ['demo.html', 'demo.css'])
            this.emitFile({ type: 'asset', fileName, source: readFileSync(join(here, fileName)) });
        },
      },
    ],
  },
]);
