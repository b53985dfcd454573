import type { NewEvent, ShopperEvent } from './event.js';

/** Where events are kept. Implemented by #persistence. */
export interface EventStore {
  /**
   * Keeps events; one whose shopper and id are known already changes nothing.
   *
   * @param receivedAt when they came in, which may be long after they happened
   * @returns how many are new
   */
  record(events: readonly NewEvent[], receivedAt: Date): Promise<number>;
  /** All that is kept of a shopper, newest first; at most `limit`, and how many there are. */
  eventsOf(shopperId: string, limit: number): Promise<{ total: number; events: ShopperEvent[] }>;
  /** Removes all that is kept of a shopper. @returns how many events there were */
  erase(shopperId: string): Promise<number>;
  /** Removes events of before a time. @returns how many there were */
  dropBefore(before: Date): Promise<number>;
  /** A secret of this installation, for ids that nobody else can make. */
  signingKey(): Promise<string>;
}
