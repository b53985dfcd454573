import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { dirname } from 'node:path';
import { WeftError } from '#foundation';

/** A line of /etc/passwd: an account of this machine. */
export interface Account {
  name: string;
  uid: number;
  gid: number;
}

/** The account of this process. */
export function ownAccount(): Account {
  const { username, uid, gid } = userInfo();
  return { name: username, uid, gid };
}

/**
 * The account that the embedded servers run as: one's own. Postgres refuses to run as root, so for root it is `nobody`.
 *
 * @throws WeftError `no-server-account`
 */
export function serverAccount(): Account {
  const own = ownAccount();
  if (own.uid !== 0) return own;
  const accounts = readFileSync('/etc/passwd', 'utf8').split('\n').map(parsePasswdLine);
  const nobody = accounts.find((account) => account?.name === 'nobody');
  if (nobody) return nobody;
  throw new WeftError('no-server-account', 'Postgres refuses to run as root, and this machine has no account nobody.', {
    remedy: 'useradd --system --no-create-home nobody, or run Weft as an ordinary user',
  });
}

/**
 * Asserts that a directory of state is one's own, so that two accounts (root too) never mix their files in it.
 *
 * @throws WeftError `home-not-ours`
 */
export function assertOwn(home: string): void {
  const stat = statSync(home, { throwIfNoEntry: false });
  if (!stat || stat.uid === ownAccount().uid) return;
  throw new WeftError('home-not-ours', `${home} belongs to another account (number ${stat.uid}).`, {
    value: home,
    remedy: 'Run Weft as that account, or set WEFT_HOME to a directory of your own.',
  });
}

function parsePasswdLine(line: string): Account | null {
  const [name, , uid, gid] = line.split(':');
  return name && uid && gid ? { name, uid: Number(uid), gid: Number(gid) } : null;
}

/**
 * Asserts that `account` may walk to `path`: every directory on the way must grant it the right to pass. Checked before
 * anything is made there, because the servers' own complaint would name neither the directory nor the remedy.
 *
 * @throws WeftError `directory-closed` naming the closed directory.
 */
export function assertReachable(path: string, account: Account): void {
  const real = existsSync(path) ? realpathSync(path) : path;
  if (real !== path) assertReachable(real, account);
  const ancestors: string[] = [];
  for (let directory = path; ; directory = dirname(directory)) {
    ancestors.unshift(directory);
    if (directory === dirname(directory)) break;
  }
  for (const directory of ancestors) {
    const stat = statSync(directory, { throwIfNoEntry: false });
    // What does not exist yet is made later, open.
    if (!stat) return;
    const bit = stat.uid === account.uid ? 0o100 : stat.gid === account.gid ? 0o010 : 0o001;
    if ((stat.mode & bit) !== 0 || account.uid === 0) continue;
    throw new WeftError(
      'directory-closed',
      `The embedded servers run as the account ${account.name}, which cannot pass through ${directory} to ${path}.`,
      {
        value: directory,
        remedy: `chmod a+x ${directory}, or set WEFT_HOME and WEFT_CACHE to directories that everyone may enter.`,
      },
    );
  }
}
