import { describe, expect, it } from 'vitest';
import { describeEnvironment, loadConfig } from './index.js';

describe('loadConfig', () => {
  it('has a default for everything, with absolute paths', () => {
    const config = loadConfig({ HOME: '/home/someone', WEFT_HOME: 'here' });
    expect(config).toMatchObject({ host: '127.0.0.1', port: 4100, device: 'auto', threads: null, databaseUrl: null });
    expect(config.home).toBe(`${process.cwd()}/here`);
    expect(config.feedDir).toBe(`${process.cwd()}/here/feeds`);
  });

  it('takes an empty value for an absent one', () => {
    expect(loadConfig({ DATABASE_URL: '', WEFT_PORT: '' })).toMatchObject({ databaseUrl: null, port: 4100 });
  });

  it.each([
    ['WEFT_PORT', 'abc'],
    ['WEFT_PORT', '0'],
    ['WEFT_DEVICE', 'tpu'],
    ['WEFT_THREADS', '1.5'],
    ['WEFT_LOG_LEVEL', 'loud'],
    ['WEFT_HOST', 'http://127.0.0.1'],
    ['WEFT_HOST', '127.0.0.1:4100'],
    ['WEFT_TRUSTED_PROXIES', 'proxy.internal'],
    ['WEFT_TRUSTED_PROXIES', '0.0.0.0/0'],
    ['WEFT_TRUSTED_PROXIES', '10.0.0.0/33'],
    ['WEFT_TRUSTED_PROXIES', '10.0.0.1,'],
    ['WEFT_TRUSTED_PROXIES', 'true'],
    ['DATABASE_URL', 'mysql://somewhere/weft'],
    ['REDIS_URL', 'somewhere:6379'],
    ['WEFT_ARTIFACTS', 'https://weft.s3.amazonaws.com/shop'],
    ['WEFT_ARTIFACTS', 's3:///shop'],
    ['WEFT_ARTIFACTS', 's3://weft/../other'],
    ['WEFT_ARTIFACTS', 'file://shared/weft'],
    ['AWS_ENDPOINT_URL_S3', 'objects.internal:9000'],
  ])('refuses %s=%s and names it', (name, value) => {
    expect(() => loadConfig({ [name]: value })).toThrow(
      expect.objectContaining({ code: 'config-invalid', message: expect.stringContaining(name) as string, value }),
    );
  });

  it.each([
    ['DATABASE_URL', 'mysql://weft:secret@db.example/weft', 'mysql://***@db.example/weft'],
    ['DATABASE_URL', 'postgres//weft:se/cr@secret@db.example/weft', '***@db.example/weft'],
    ['DATABASE_URL', 'weft:secret@db.example/weft', 'weft:***@db.example/weft'],
    ['DATABASE_URL', 'host=db.example password=secret user=weft', 'host=db.example password=*** user=weft'],
    ['DATABASE_URL', 'pg://db.example/weft?password=secret&user=weft', 'pg://db.example/weft?password=***&user=weft'],
    ['REDIS_URL', 'http://:secret@redis.example:6379', 'http://***@redis.example:6379'],
  ])('never tells the password of a %s that it refuses', (name, given, value) => {
    const refusal: { message?: string } = {};
    try {
      loadConfig({ [name]: given });
    } catch (error) {
      Object.assign(refusal, error, { message: (error as Error).message });
    }
    expect(refusal).toMatchObject({ code: 'config-invalid', value });
    expect(JSON.stringify(refusal)).not.toContain('secret');
  });

  it('takes any address or name to listen on: whether it may is seen where the keys are', () => {
    for (const host of ['0.0.0.0', '::1', '::', 'localhost', 'weft.internal']) {
      expect(loadConfig({ WEFT_HOST: host }).host).toBe(host);
    }
  });

  it('reads where artifacts are shared', () => {
    const artifacts = (env: Record<string, string>) => loadConfig(env).artifacts;
    expect(artifacts({})).toBeNull();
    expect(artifacts({ WEFT_ARTIFACTS: 'file:///mnt/a%20shop' })).toEqual({ directory: '/mnt/a shop' });
    expect(artifacts({ WEFT_ARTIFACTS: 's3://weft' })).toEqual({ bucket: 'weft', prefix: '', server: null });
    const own = { WEFT_ARTIFACTS: 's3://weft/shops/one/', AWS_ENDPOINT_URL_S3: 'http://objects.internal:9000' };
    const server = { endpoint: 'http://objects.internal:9000', region: 'us-east-1' };
    expect(artifacts(own)).toEqual({ bucket: 'weft', prefix: 'shops/one', server });
    expect(artifacts({ ...own, AWS_REGION: 'here' })).toMatchObject({ server: { region: 'here' } });
  });

  it('reads proxies as a list of addresses and ranges', () => {
    expect(loadConfig({}).trustedProxies).toEqual([]);
    const proxies = loadConfig({ WEFT_TRUSTED_PROXIES: '127.0.0.1, 10.0.0.0/8,2001:db8::/32' }).trustedProxies;
    expect(proxies).toEqual(['127.0.0.1', '10.0.0.0/8', '2001:db8::/32']);
  });

  it('cannot be changed afterwards', () => {
    expect(Object.isFrozen(loadConfig({}))).toBe(true);
  });

  it('tells what it was given, and never a password', () => {
    const settings = describeEnvironment({ DATABASE_URL: 'postgresql://weft:secret@db.example/weft', WEFT_PORT: '' });
    const given = Object.fromEntries(settings.map(({ name, given: value }) => [name, value]));
    expect(given).toMatchObject({ DATABASE_URL: 'postgresql://***@db.example/weft', WEFT_PORT: null, REDIS_URL: null });
  });
});
