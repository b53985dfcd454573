import { keyRequest, KeyService } from '#access';
import { systemClock } from '#foundation';
import type { Session } from './session.js';

/**
 * A key for the calls that a command makes to its own service; null where none was ever made, so that none is needed.
 * It reads only, and expires in an hour.
 */
export async function ownKey({ database }: Session, name: string): Promise<string | null> {
  if (!(await database.keys.isAnyKey())) return null;
  const request = keyRequest.parse({ kind: 'merchandiser', name, scopes: ['read'], expires: '1h' });
  return (await new KeyService(database.keys, systemClock).create(request, name)).text;
}
