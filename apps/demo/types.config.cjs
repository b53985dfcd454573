/** What TypeScript is told of the modules that browsers load: one file beside each, with all that it says. */
const output = { noBanner: true, inlineDeclareGlobals: true };
const typesOf = (library, name) => ({
  filePath: `../../libs/${library}/index.ts`,
  outFile: `../../dist/browser/${name}.d.ts`,
  // The sources are checked by `npm run check`, what comes of them by test/e2e/module-types.test.ts.
  noCheck: true,
  output,
});

module.exports = {
  compilationOptions: { preferredConfigPath: '../../libs/widget/tsconfig.json' },
  entries: [typesOf('widget', 'weft'), typesOf('client', 'weft-client')],
};
