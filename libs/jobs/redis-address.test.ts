import { describe, expect, it } from 'vitest';
import { redisOptions } from './redis-address.js';

describe('redisOptions', () => {
  it('takes a socket', () => {
    expect(redisOptions({ path: '/run/redis.sock' })).toMatchObject({ path: '/run/redis.sock' });
    expect(redisOptions({ url: 'unix:///run/redis.sock?db=2' })).toMatchObject({ path: '/run/redis.sock', db: 2 });
  });

  it('takes a URL with escaped credentials, a database and TLS', () => {
    expect(redisOptions({ url: 'rediss://weft:p%40ss@redis.example:6380/3' })).toMatchObject({
      host: 'redis.example',
      port: 6380,
      db: 3,
      username: 'weft',
      password: 'p@ss',
      tls: {},
    });
    expect(redisOptions({ url: 'redis://[::1]' })).toMatchObject({ host: '::1', port: 6379, db: 0 });
    expect(redisOptions({ url: 'redis://localhost' })).not.toHaveProperty('tls');
  });

  it('lets commands wait for a lost connection', () => {
    expect(redisOptions({ url: 'redis://localhost' })).toMatchObject({
      maxRetriesPerRequest: null,
      enableReadyCheck: false,
    });
  });
});
