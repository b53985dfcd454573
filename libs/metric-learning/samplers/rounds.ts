import type { Random } from '#foundation';

/**
 * Draws items in shuffled rounds: each is drawn once before any is drawn again, and none twice in one draw. A round that
 * ends inside a draw is filled up from the next one, leaving out what the draw already holds.
 */
export class Rounds<Item> {
  private round: Item[] = [];
  private readonly perDraw: number;

  /** @param perDraw items of a draw; all of them when there are fewer */
  constructor(
    private readonly items: readonly Item[],
    perDraw: number,
    private readonly random: Random,
  ) {
    this.perDraw = Math.min(perDraw, items.length);
  }

  next(): Item[] {
    const drawn = this.round.splice(0, this.perDraw);
    if (drawn.length === this.perDraw) return drawn;
    const fresh = this.random.shuffled(this.items);
    const filling = fresh.filter((item) => !drawn.includes(item)).slice(0, this.perDraw - drawn.length);
    this.round = fresh.filter((item) => !filling.includes(item));
    return [...drawn, ...filling];
  }
}
