import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeEnvironment, repositoryRoot } from '#config';
import { JOB_KINDS } from '#jobs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';

const root = repositoryRoot(import.meta.url);
const read = (path: string) => readFileSync(join(root, path), 'utf8');
/** What Weft reads, and what the client of an artifact store does. */
const variables = new Set([
  ...describeEnvironment().map(({ name }) => name),
  ...['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'],
]);

/** Of the stages of the Dockerfile: on what each stands, and its lines. */
const stages = new Map(
  read('deploy/Dockerfile')
    .split(/^(?=FROM )/m)
    .flatMap((text) => {
      const [, base = '', name = ''] = /^FROM (\S+) AS (\S+)/.exec(text) ?? [];
      return name === '' ? [] : [[name, { base, text }] as const];
    }),
);

/** The lines of a stage and of those it stands on. */
function inherited(name: string): string {
  const stage = stages.get(name);
  return stage === undefined ? '' : inherited(stage.base) + stage.text;
}

describe('docker-compose.yml', () => {
  const service = z.looseObject({
    image: z.string().optional(),
    build: z.object({ context: z.literal('.'), dockerfile: z.string(), target: z.string() }).optional(),
    command: z.array(z.string()).default([]),
    environment: z.record(z.string(), z.string().nullable()).default({}),
    profiles: z.array(z.string()).default([]),
    restart: z.literal('unless-stopped'),
    ports: z.array(z.string()).default([]),
    healthcheck: z.object({ test: z.array(z.string()) }).optional(),
    volumes: z.array(z.string()).min(1),
  });
  const compose = z
    .object({ services: z.record(z.string(), service), volumes: z.record(z.string(), z.null()) })
    .loose()
    .parse(parse(read('docker-compose.yml'), { merge: true }));
  const services = Object.entries(compose.services);

  it('runs everything of Weft, with and without a GPU', () => {
    expect(services.map(([name, { profiles }]) => [name, ...profiles])).toEqual([
      ['api', 'cpu', 'gpu'],
      ['worker', 'cpu', 'gpu'],
      ['trainer', 'cpu'],
      ['trainer-gpu', 'gpu'],
      ['postgres'],
      ['redis'],
    ]);
    expect(compose.services['trainer-gpu']).toMatchObject({ runtime: 'nvidia' });
  });

  it.each(services)('%s stands on an image that says whether it is well', (_name, { image, build, healthcheck }) => {
    if (build === undefined) {
      expect(image).toMatch(/^[\w./-]+:\w+\.\w/);
      expect(healthcheck).toBeDefined();
    } else {
      expect(existsSync(join(root, build.dockerfile))).toBe(true);
      expect(inherited(build.target)).toContain('HEALTHCHECK');
      expect(inherited(build.target)).toContain('USER 1000:1000');
    }
  });

  it.each(services)('%s is told nothing that Weft does not read, and published on loopback only', (name, each) => {
    if (each.build !== undefined) {
      expect(Object.keys(each.environment).filter((variable) => !variables.has(variable))).toEqual([]);
    }
    for (const port of each.ports) expect(port).toMatch(/^127\.0\.0\.1:/);
    const named = each.volumes.map((volume) => volume.split(':')[0] ?? '');
    expect([name, Object.keys(compose.volumes)]).toEqual([name, expect.arrayContaining(named)]);
  });

  it('leaves every kind of job to one worker or another', () => {
    const taken = (profile: string) =>
      services
        .filter(([, { profiles, command }]) => profiles.includes(profile) && command[0] === '--jobs')
        .flatMap(([, { command }]) => command.slice(1))
        .sort();
    const all = [...JOB_KINDS].sort();
    expect([taken('cpu'), taken('gpu')]).toEqual([all, all]);
  });

  it('tells all of Weft of the same artifact store, and of its keys', () => {
    const ofWeft = services.filter(([, { build }]) => build !== undefined);
    for (const [name, { environment }] of ofWeft) {
      const passed = Object.keys(environment).filter((variable) => environment[variable] === null);
      expect([name, passed.sort()]).toEqual([
        name,
        ['AWS_ACCESS_KEY_ID', 'AWS_ENDPOINT_URL_S3', 'AWS_REGION', 'AWS_SECRET_ACCESS_KEY', 'WEFT_ARTIFACTS'],
      ]);
    }
  });

  it('keeps the jobs of a Redis that dies', () => {
    expect(compose.services['redis']?.command.join(' ')).toContain('--appendonly yes');
  });
});

describe('deploy/Dockerfile', () => {
  it('sets variables that Weft reads', () => {
    const set = [...read('deploy/Dockerfile').matchAll(/\b(WEFT_[A-Z_]+)=/g)].map(([, name = '']) => name);
    expect(set.length).toBeGreaterThan(3);
    expect(set.filter((name) => !variables.has(name))).toEqual([]);
  });

  it('starts programs that there are', () => {
    expect(programsIn(read('deploy/Dockerfile')).filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });
});

describe('deploy/systemd', () => {
  const units = readdirSync(join(root, 'deploy', 'systemd'));

  it.each(units.filter((name) => name.endsWith('.service')))('%s starts a program that there is, as weft', (name) => {
    const unit = read(`deploy/systemd/${name}`);
    const programs = programsIn(unit);
    expect(programs).toHaveLength(1);
    expect(existsSync(join(root, programs[0] ?? ''))).toBe(true);
    expect(unit).toContain('User=weft');
    for (const [, variable = ''] of unit.matchAll(/\b(WEFT_[A-Z_]+)=/g)) expect(variables).toContain(variable);
  });
});

/** Sources of the compiled programs that a text starts. */
function programsIn(text: string): string[] {
  return [...text.matchAll(/dist\/(apps\/\w+\/main)\.js/g)].map(([, path = '']) => `${path}.ts`);
}
