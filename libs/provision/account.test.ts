import { chmodSync, chownSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { temporaryHome } from '../../test/support/servers.js';
import { assertOwn, assertReachable, ownAccount, serverAccount } from './account.js';

const STRANGER = { name: 'stranger', uid: 4_000_000, gid: 4_000_000 };
let root: string;

beforeEach(() => {
  root = temporaryHome();
  mkdirSync(join(root, 'open', 'closed', 'data'), { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true }));

describe('assertReachable', () => {
  it('names the directory that the account of the servers cannot pass', () => {
    const closed = join(root, 'open', 'closed');
    chmodSync(closed, 0o700);
    expect(() => assertReachable(join(closed, 'data'), STRANGER)).toThrow(
      `run as the account stranger, which cannot pass through ${closed} to ${closed}/data`,
    );
  });

  it('lets pass whoever the owner, the group or everybody may be', () => {
    const closed = join(root, 'open', 'closed');
    chmodSync(closed, 0o711);
    expect(() => assertReachable(join(closed, 'data'), STRANGER)).not.toThrow();
    chmodSync(closed, 0o700);
    expect(() => assertReachable(join(closed, 'data'), ownAccount())).not.toThrow();
  });

  it('leaves directories that do not exist yet to those who make them', () => {
    expect(() => assertReachable(join(root, 'not', 'made', 'yet'), STRANGER)).not.toThrow();
  });
});

describe('assertOwn', () => {
  it('refuses a directory of another account, and no other', () => {
    // The root directory is root's; root itself can give one away.
    const foreign = ownAccount().uid === 0 ? join(root, 'open') : '/';
    if (foreign !== '/') chownSync(foreign, STRANGER.uid, STRANGER.gid);
    expect(() => assertOwn(foreign)).toThrow(`${foreign} belongs to another account`);
    expect(() => assertOwn(root)).not.toThrow();
    expect(() => assertOwn(join(root, 'not made yet'))).not.toThrow();
  });
});

describe('serverAccount', () => {
  it('is never root', () => {
    expect(serverAccount().uid).not.toBe(0);
  });
});
