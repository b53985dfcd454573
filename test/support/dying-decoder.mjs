// A decoder that does what the photo says: the protocol of libs/imaging/decoder-messages.ts, with a death for each taste.
import { existsSync, writeFileSync } from 'node:fs';

process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'));
const decoded = (value) => ({
  type: 'decoded',
  picture: { task: 'fit', bytes: Buffer.from(value), width: 1, height: 1 },
});

const WAYS = {
  abort: () => process.abort(),
  segfault: () => process.kill(process.pid, 'SIGSEGV'),
  exit: () => process.exit(3),
  throw: () => {
    throw new Error('out of luck');
  },
  spin: () => {
    for (;;);
  },
  silence: () => undefined,
  hog: () => {
    for (const kept = []; ;) kept.push(Buffer.alloc(16 * 1024 * 1024, 1));
  },
  nonsense: () => process.send({ type: 'decoded', picture: 'mine' }),
  wrong: () => process.send({ type: 'ready' }),
  secrets: () => process.send(decoded(JSON.stringify(process.env))),
};

process.on('message', ({ bytes }) => {
  const [way, argument] = Buffer.from(bytes).toString().split(' ');
  if (way === 'once') {
    // Dies of this photo the first time only.
    if (existsSync(argument)) return process.send(decoded(String(process.pid)));
    writeFileSync(argument, '');
    return process.abort();
  }
  if (WAYS[way]) return WAYS[way]();
  setTimeout(() => process.send(decoded(String(process.pid))), Number(argument ?? 0));
});
process.send({ type: 'ready' });
