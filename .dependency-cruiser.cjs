const learning = '^libs/(compute|metric-learning|networks|training)/';

/** The arrows of docs/architecture.md. Each rule says why it stands. */
module.exports = {
  forbidden: [
    {
      name: 'lib-not-to-app',
      comment: 'Arrows go from apps to libs: a library that knows an app cannot serve a second one.',
      severity: 'error',
      from: { path: '^libs/' },
      to: { path: '^apps/' },
    },
    {
      name: 'app-not-to-app',
      comment: 'Apps are separate processes; what two of them need lives in a library.',
      severity: 'error',
      from: { path: '^apps/([^/]+)/' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'only-index',
      comment: "A library's index.ts is all that others see of it.",
      severity: 'error',
      from: { path: '^(apps|libs)/([^/]+)/' },
      to: { path: '^libs/([^/]+)/', pathNot: ['^libs/[^/]+/index\\.ts$', '^$1/$2/'] },
    },
    {
      name: 'learning-wing-only-in-the-trainer',
      comment: 'The serving wing never loads TensorFlow: only apps/trainer composes the learning wing.',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: ['^apps/trainer/', learning] },
      to: { path: learning },
    },
    {
      name: 'tensorflow-only-in-the-learning-wing',
      comment: 'TensorFlow takes 400 MB and a GPU; a storefront request needs neither.',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: [learning] },
      to: { path: 'node_modules/@tensorflow/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'sharp-only-in-imaging',
      comment: 'One decode path: every photo meets the same limits and the same canonical pixels.',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: '^libs/imaging/' },
      to: { path: 'node_modules/sharp/' },
    },
    {
      name: 'web-only-through-fetching',
      comment: 'Addresses that strangers wrote are asked in one place, where every connection is checked and limited.',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: '^libs/fetching/' },
      to: { path: 'node_modules/(undici|ipaddr\\.js)/' },
    },
    {
      name: 'bull-only-in-jobs',
      comment: 'The queue is an exchangeable alarm clock; job_run is the truth.',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: '^libs/jobs/' },
      to: { path: 'node_modules/bull/' },
    },
    {
      name: 'throttling-only-in-access',
      comment: 'Requests are counted in one place, so that every limit holds whatever route is asked.',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: '^libs/access/' },
      to: { path: 'node_modules/(ioredis|rate-limiter-flexible)/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'sql-only-in-persistence',
      comment: 'SQL lives in one library, so that it can be read, explained and tested in one place.',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: '^libs/persistence/' },
      to: { path: 'node_modules/(pg|pg-copy-streams|@prisma|prisma)/' },
    },
    {
      name: 'ports-not-to-persistence',
      comment: 'Libraries declare ports and persistence implements them; only apps bring the two together.',
      severity: 'error',
      from: { path: '^libs/', pathNot: '^libs/persistence/' },
      to: { path: '^libs/persistence/' },
    },
    {
      name: 'no-circular',
      comment: 'Two parts that need each other are one part.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'unresolvable',
      comment: 'An import that resolves nowhere escapes every other rule.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '/dist/' },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: ['generated', '^dist/'] },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['source', 'import', 'node', 'default'],
    },
  },
};
