import { messageOf } from '#foundation';
import { KernelMutex } from './kernel-mutex.js';
import { supervisorMutex } from './lease.js';
import { Supervisor } from './supervisor.js';
import { supervisorArguments } from './supervisor-messages.js';

const settings = supervisorArguments.parse(JSON.parse(process.argv[2] ?? ''));
process.title = `weft supervisor ${settings.home}`;

const mutex = await KernelMutex.tryAcquire(supervisorMutex(settings.home));
// Another supervisor has this home: whoever started us connects to that one.
if (mutex === null) process.exit(0);

let ending = false;
const supervisor = new Supervisor(settings, (failure) => void end(failure));

async function end(failure: Error | null): Promise<void> {
  if (ending) return;
  ending = true;
  if (failure) process.stdout.write(`${messageOf(failure)}\n`);
  await supervisor.end();
  process.exit(failure ? 1 : 0);
}

process.on('SIGTERM', () => void end(null));
process.on('SIGINT', () => void end(null));
// Ctrl-C in the terminal that started us ends the leases, and they end us.
process.on('SIGHUP', () => undefined);
await supervisor.listen();
