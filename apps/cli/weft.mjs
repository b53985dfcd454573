// The `weft` command: builds what is missing, then hands over to the compiled program.
import { build } from './build.mjs';

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`weft: Node.js ${process.versions.node} is too old; install Node.js 20.19 or newer.\n`);
  process.exit(1);
}
await build();
await import('../../dist/apps/cli/main.js');
