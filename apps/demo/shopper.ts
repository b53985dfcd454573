import { type ShopperEvent, ShopperEvents, type WeftClient } from '#widget';

const KEY = 'weft-demo-visitor';
const MOST_VIEWS = 30;

/**
 * Who shops in this browser: an id that nobody can guess, and product ids that were opened, saved and dismissed, newest first,
 * for what the pages show. What the suggestions go by is told to the service.
 */
export class Shopper extends EventTarget {
  id = newId();
  views: string[] = [];
  wishes: string[] = [];
  private dismissed: string[] = [];
  private events: ShopperEvents;

  constructor(private weft: WeftClient) {
    super();
    try {
      const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? '{}');
      Object.assign(this, kept);
    } catch {
      // What an older page kept in another form is forgotten.
    }
    this.events = new ShopperEvents(weft, this.id);
  }

  /** Tells what comes through another client, as with another key. */
  set client(weft: WeftClient) {
    this.weft = weft;
    this.events = new ShopperEvents(weft, this.id);
  }

  hasSaved(productId: string): boolean {
    return this.wishes.includes(productId);
  }

  hasDismissed(productId: string): boolean {
    return this.dismissed.includes(productId);
  }

  /** Resolves when the service knows of it: suggestions go by it from then on. */
  view(productId: string): Promise<void> {
    this.views = [productId, ...without(this.views, productId)].slice(0, MOST_VIEWS);
    return this.did('view', productId);
  }

  /** Takes a piece off the list again, too. */
  toggleSaved(productId: string): void {
    const isSaved = this.hasSaved(productId);
    this.wishes = isSaved ? without(this.wishes, productId) : [productId, ...this.wishes];
    void this.did(isSaved ? 'wishlist-removal' : 'wishlist', productId);
  }

  dismiss(productId: string): void {
    this.wishes = without(this.wishes, productId);
    this.dismissed = [productId, ...this.dismissed];
    void this.did('dislike', productId);
  }

  /** Begins as somebody else. */
  forget(): void {
    [this.views, this.wishes, this.dismissed, this.id] = [[], [], [], newId()];
    this.events = new ShopperEvents(this.weft, this.id);
    void this.did(null, '');
  }

  /** Keeps what was done, tells it, and then says that suggestions may be others by now: `change`, then `told`. */
  private async did(type: ShopperEvent['type'] | null, productId: string): Promise<void> {
    const { id, views, wishes, dismissed } = this;
    localStorage.setItem(KEY, JSON.stringify({ id, views, wishes, dismissed }));
    this.dispatchEvent(new Event('change'));
    if (type !== null) this.events.tell({ type, productId });
    await this.events.flush();
    this.dispatchEvent(new Event('told'));
  }
}

const without = (ids: string[], id: string) => ids.filter((one) => one !== id);

/** Of 128 random bits: `crypto.randomUUID` asks for TLS. */
function newId(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
