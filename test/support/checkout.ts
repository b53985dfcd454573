import { cpSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '#config';

const ROOT = repositoryRoot(import.meta.url);
const ADDON_PACKAGE = join('@tensorflow', 'tfjs-node-gpu');

/** Makes a checkout of its own below `directory`, compiled, in which no addon is linked. */
export function freshCheckout(directory: string): string {
  const checkout = join(directory, 'checkout');
  const packages = join(ROOT, 'node_modules');
  const link = (name: string) => symlinkSync(join(packages, name), join(checkout, 'node_modules', name));
  mkdirSync(join(checkout, 'node_modules', '@tensorflow'), { recursive: true });
  for (const name of readdirSync(packages)) if (name !== '@tensorflow') link(name);
  for (const name of readdirSync(join(packages, '@tensorflow')))
    if (join('@tensorflow', name) !== ADDON_PACKAGE) link(join('@tensorflow', name));
  cpSync(join(packages, ADDON_PACKAGE), join(checkout, 'node_modules', ADDON_PACKAGE), {
    recursive: true,
    filter: (path) => !path.includes('napi-v8'),
  });
  cpSync(join(ROOT, 'dist'), join(checkout, 'dist'), { recursive: true });
  cpSync(join(ROOT, 'package.json'), join(checkout, 'package.json'));
  return checkout;
}
