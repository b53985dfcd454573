import { Command } from 'commander';
import {
  type ApiKey,
  KEY_KINDS,
  keyRequest,
  KeyService,
  parseKeyRequest,
  rotationRequest,
  shownKey,
  stateOf,
} from '#access';
import { systemClock } from '#foundation';
import { integerIn } from '../options.js';
import { print, printJson, say, table } from '../output.js';
import { withSession } from '../session.js';

/** Who asks, in the record of keys. */
const BY = 'command line';

const withKeys = <T>(work: (keys: KeyService) => Promise<T>): Promise<T> =>
  withSession(({ database }) => work(new KeyService(database.keys, systemClock)));

const list = (text: string, before: string[] = []) => [...before, ...text.split(',').map((part) => part.trim())];
const most = integerIn(1, 10_000_000);

interface CreateOptions {
  name: string;
  origin?: string[];
  scopes?: string[];
  expires?: string;
  perMinute?: number;
  perMinutePerAddress?: number;
  json?: true;
}

const create = new Command('create')
  .description('make a key; it is shown once')
  .argument('<kind>', `${KEY_KINDS.join(', ')}: storefront keys may be shown in pages, the others are secret`)
  .requiredOption('--name <text>', 'what it is for')
  .option('--origin <origin...>', 'pages that may call with a storefront key, for example https://shop.example', list)
  .option('--scopes <list>', 'fewer than the kind can have, for example read', list)
  .option('--expires <when>', '12h, 90d, 4w or a date; default: never')
  .option('--per-minute <number>', keyRequest.shape.perMinute.description ?? '', most)
  .option('--per-minute-per-address <number>', keyRequest.shape.perMinutePerAddress.description ?? '', most)
  .option('--json', 'print JSON on stdout')
  .action((kind: string, { json, origin, ...options }: CreateOptions) => {
    const request = parseKeyRequest(keyRequest, { kind, ...options, ...(origin ? { origins: origin } : {}) });
    return withKeys(async (keys) => {
      const { key, text } = await keys.create(request, BY);
      if (json) return printJson({ secret: text, key: shown(key) });
      print(text);
      say(`This is the only time that the key is shown. Kind: ${key.kind}; scopes: ${key.scopes.join(', ')}.`);
      if (key.origins.length > 0) say(`Pages that may call with it: ${key.origins.join(', ')}.`);
      say(key.expiresAt === null ? 'It never expires.' : `It expires on ${time(key.expiresAt)}.`);
    });
  });

const listKeys = new Command('list')
  .description('list keys, newest first; never the keys themselves')
  .option('--json', 'print JSON on stdout')
  .action(({ json }: { json?: true }) =>
    withKeys(async (keys) => {
      const all = await keys.list();
      if (json) return printJson({ keys: all.map(shown) });
      if (all.length === 0) return print('There is no key: every program on this machine may call the API.');
      print(
        table(
          ['id', 'begins', 'kind', 'name', 'state', 'expires', 'last used', 'origins'],
          all
            .map(shown)
            .map((key) => [
              ...[key.id, key.begins, key.kind, key.name, key.state],
              ...[key.expiresAt === null ? 'never' : time(key.expiresAt)],
              ...[key.lastUsedAt === null ? 'never' : time(key.lastUsedAt), key.origins.join(' ')],
            ]),
        ),
      );
    }),
  );

const revoke = new Command('revoke')
  .description('end a key; holds from the next request on')
  .argument('<id>', 'as `weft keys list` shows it')
  .option('--json', 'print JSON on stdout')
  .action((id: string, { json }: { json?: true }) =>
    withKeys(async (keys) => {
      const key = await keys.revoke(id, BY);
      if (json) return printJson({ key: shown(key) });
      print(`Key ${id} (${key.name}) is revoked.`);
      if ((await keys.list()).every((other) => stateOf(other, systemClock.now()) !== 'valid'))
        say('No valid key is left: the API answers nobody until you make one with weft keys create.');
    }),
  );

const rotate = new Command('rotate')
  .description('make a successor with the same rights; the old key stays valid for a while')
  .argument('<id>', 'as `weft keys list` shows it')
  .option('--overlap <duration>', 'how long the old key stays valid: 24h, 7d, or 0h to end it now', '24h')
  .option('--json', 'print JSON on stdout')
  .action((id: string, { overlap, json }: { overlap: string; json?: true }) => {
    const request = parseKeyRequest(rotationRequest, { overlap });
    return withKeys(async (keys) => {
      const { key, text, replaced } = await keys.rotate(id, request.overlap, BY);
      if (json) return printJson({ secret: text, key: shown(key), replaced: shown(replaced) });
      print(text);
      say(`This is the only time that the key is shown. Key ${id} stays valid until ${time(replaced.expiresAt)}.`);
    });
  });

export const keysCommand = new Command('keys').description('make, list, revoke and rotate keys of the API');
for (const command of [create, listKeys, revoke, rotate]) keysCommand.addCommand(command);

function shown(key: ApiKey) {
  return shownKey(key, systemClock.now());
}

function time(at: Date | null): string {
  return at === null ? 'never' : at.toISOString().replace(/:\d\d\.\d{3}Z$/, 'Z');
}
