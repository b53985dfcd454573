/** From which part of a card on a shopper can have looked at it. */
const SEEN_PART = 0.5;
/** For how long it has to be in view: what is scrolled past is not looked at. */
const SEEN_MS = 1_000;

/** Tells which elements are really seen: half of one within the window for a second, and the page in front. Each once. */
export class SeenWatch {
  private readonly timers = new Map<Element, ReturnType<typeof setTimeout>>();
  private readonly observer = new IntersectionObserver((changes) => changes.forEach((change) => this.heed(change)), {
    threshold: SEEN_PART,
  });
  private readonly heedTab = () => {
    // A second begins anew when the page comes back to the front.
    for (const element of this.waiting) this.pause(element);
    if (document.visibilityState === 'visible') this.observeAgain();
  };
  private waiting = new Set<Element>();

  constructor(private readonly onSeen: (element: Element) => void) {}

  /** Watches these instead of those before, from the start. */
  watch(elements: Iterable<Element>): void {
    this.stop();
    this.waiting = new Set(elements);
    this.observeAgain();
    document.addEventListener('visibilitychange', this.heedTab);
  }

  stop(): void {
    document.removeEventListener('visibilitychange', this.heedTab);
    this.observer.disconnect();
    for (const element of this.timers.keys()) this.pause(element);
    this.waiting.clear();
  }

  /** The observer says of each where it is once it is asked to watch it, and then what changes. */
  private observeAgain(): void {
    this.observer.disconnect();
    for (const element of this.waiting) this.observer.observe(element);
  }

  private heed({ target, isIntersecting, intersectionRatio }: IntersectionObserverEntry): void {
    this.pause(target);
    // Rounding may call a half a little less.
    const isInView = isIntersecting && intersectionRatio >= SEEN_PART - 0.01;
    if (!isInView || document.visibilityState !== 'visible' || !this.waiting.has(target)) return;
    this.timers.set(
      target,
      setTimeout(() => {
        this.timers.delete(target);
        this.waiting.delete(target);
        this.observer.unobserve(target);
        this.onSeen(target);
      }, SEEN_MS),
    );
  }

  private pause(element: Element): void {
    clearTimeout(this.timers.get(element));
    this.timers.delete(element);
  }
}
