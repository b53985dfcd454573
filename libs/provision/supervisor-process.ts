import { messageOf } from '#foundation';
import { BEAT_MS, HomeOwner, thisHost } from './home-owner.js';
import { KernelMutex } from './kernel-mutex.js';
import { supervisorMutex } from './lease.js';
import { Supervisor } from './supervisor.js';
import { supervisorArguments } from './supervisor-messages.js';

const settings = supervisorArguments.parse(JSON.parse(process.argv[2] ?? ''));
process.title = `weft supervisor ${settings.home}`;

const mutex = await KernelMutex.tryAcquire(supervisorMutex(settings.home));
// Another supervisor has this home: whoever started us connects to that one.
if (mutex === null) process.exit(0);

const owner = new HomeOwner(settings.home, thisHost(), Date.now);
try {
  await owner.claim();
} catch (error) {
  process.stdout.write(`${messageOf(error)}\n`);
  process.exit(1);
}

let ending = false;
const supervisor = new Supervisor(settings, (failure) => void end(failure));

async function end(failure: Error | null): Promise<void> {
  if (ending) return;
  ending = true;
  if (failure) process.stdout.write(`${messageOf(failure)}\n`);
  await supervisor.end();
  owner.release();
  process.exit(failure ? 1 : 0);
}

process.on('SIGTERM', () => void end(null));
process.on('SIGINT', () => void end(null));
// Ctrl-C in the terminal that started us ends the leases, and they end us.
process.on('SIGHUP', () => undefined);
setInterval(() => {
  try {
    owner.beat();
  } catch (error) {
    void end(error as Error);
  }
}, BEAT_MS);
await supervisor.listen();
