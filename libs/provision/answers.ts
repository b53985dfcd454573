import { connect, type NetConnectOpts, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

/**
 * Sends `question` and resolves with the answer as soon as `isWhole` finds it whole.
 * Rejects when that takes longer than `limitMs`, or the other side hangs up.
 */
function ask(
  socket: Socket,
  connected: string,
  question: Buffer | string,
  limitMs: number,
  isWhole: (answer: string) => boolean = () => true,
): Promise<string> {
  return new Promise<string>((resolve, reject) => {
    let answer = '';
    socket.setTimeout(limitMs, () => reject(new Error(`no answer within ${limitMs} ms`)));
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('the connection was closed without an answer')));
    socket.on('data', (bytes: Buffer) => {
      answer += bytes.toString('latin1');
      if (isWhole(answer)) resolve(answer);
    });
    socket.once(connected, () => socket.write(question));
  }).finally(() => socket.destroy());
}

/** How to reach a Redis. */
export interface RedisAccess {
  address: NetConnectOpts;
  isEncrypted: boolean;
  /** `AUTH` command, or nothing. */
  login: string;
}

function askRedisFor(
  access: RedisAccess,
  command: string,
  limitMs: number,
  isWhole?: (answer: string) => boolean,
): Promise<string> {
  const socket = access.isEncrypted ? connectTls(access.address) : connect(access.address);
  const connected = access.isEncrypted ? 'secureConnect' : 'connect';
  return ask(socket, connected, `${access.login}${command}\r\n`, limitMs, isWhole);
}

/**
 * Whether a Redis answers.
 *
 * @returns `ready`; `loading` while it reads its files; `locked` when it refuses the password or the lack of one;
 *   `stranger` when what answers is no Redis; `silent` when nothing does.
 */
export async function askRedis(
  access: RedisAccess,
  limitMs: number,
): Promise<'ready' | 'loading' | 'locked' | 'stranger' | 'silent'> {
  try {
    const answer = await askRedisFor(access, 'PING', limitMs, (text) => !/^(\+OK\r\n)?$/.test(text));
    if (/^\+PONG/m.test(answer)) return 'ready';
    if (/^-LOADING/m.test(answer)) return 'loading';
    if (/^-(NOAUTH|WRONGPASS|ERR .*AUTH)/m.test(answer)) return 'locked';
    return 'stranger';
  } catch {
    return 'silent';
  }
}

/** Version of a Redis that answers, whether it keeps an append-only file, and whether it drops keys to save memory. */
export async function redisReport(
  access: RedisAccess,
): Promise<{ version: string; appendOnly: boolean; evicts: boolean }> {
  const answer = await askRedisFor(access, 'INFO', 5000, (text) => /aof_enabled:\d/.test(text) || /^-/m.test(text));
  return {
    version: /redis_version:(\S+)/.exec(answer)?.[1] ?? 'unknown',
    appendOnly: answer.includes('aof_enabled:1'),
    evicts: /maxmemory:[1-9]/.test(answer) && !answer.includes('maxmemory_policy:noeviction'),
  };
}

/** PostgreSQL's SSLRequest message (protocol documentation, "SSL Session Encryption"): every server answers S or N. */
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);

/** Whether a Postgres answers: `ready`, `stranger` (something else listens there) or `silent`. */
export async function askPostgres(address: NetConnectOpts, limitMs: number): Promise<'ready' | 'stranger' | 'silent'> {
  try {
    const answer = await ask(connect(address), 'connect', SSL_REQUEST, limitMs);
    return /^[SN]/.test(answer) ? 'ready' : 'stranger';
  } catch {
    return 'silent';
  }
}
