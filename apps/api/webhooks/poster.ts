import type { OnModuleDestroy } from '@nestjs/common';
import type { Fetcher } from '#fetching';

/** Posts by the rules for addresses on the web. What does so is loaded with the first: few API processes ever post. */
export class Poster implements Pick<Fetcher, 'post'>, OnModuleDestroy {
  private opened: Promise<Fetcher> | null = null;

  /** @param fetchAllow addresses beyond the public ones that may be posted to */
  constructor(private readonly fetchAllow: readonly string[]) {}

  async post(...asked: Parameters<Fetcher['post']>): ReturnType<Fetcher['post']> {
    this.opened ??= import('#fetching').then(
      ({ AddressRules, Fetcher: Opened }) => new Opened(new AddressRules(this.fetchAllow)),
    );
    return (await this.opened).post(...asked);
  }

  async onModuleDestroy(): Promise<void> {
    await (await this.opened)?.close();
  }
}
