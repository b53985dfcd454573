import { defaultServerConditions } from 'vite';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Libraries resolve to their TypeScript source; without this condition the tests would silently run an old dist/. Packages resolve as in
  // Node, which does not know the condition of bundlers: what it leads to need not run there.
  ssr: { resolve: { conditions: ['source', ...defaultServerConditions.filter((name) => name !== 'module')] } },
  test: {
    include: ['{apps,libs,test}/**/*.test.ts'],
    globalSetup: ['test/support/servers.ts'],
    reporters: ['default', './test/support/count-reporter.ts'],
    pool: 'forks',
    // Most tests wait for processes that they start, so that two files go well with two cores; by default it would be one.
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 120_000,
  },
});
