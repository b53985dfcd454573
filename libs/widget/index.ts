import type { RecordedEvents, Recommendations } from '#client';
import { type ResultDetail, WeftSimilar } from './weft-similar.js';

export * from '#client';
export { money } from './card.js';
export { make, webAddress } from './elements.js';
export { type ResultDetail, type Signals, WeftSimilar } from './weft-similar.js';

declare global {
  interface HTMLElementTagNameMap {
    'weft-similar': WeftSimilar;
  }
  interface HTMLElementEventMap {
    'weft-select': CustomEvent<ResultDetail>;
    'weft-impression': CustomEvent<ResultDetail>;
    'weft-results': CustomEvent<Recommendations>;
    'weft-error': CustomEvent<unknown>;
  }
  interface DocumentEventMap {
    'weft-events': CustomEvent<RecordedEvents>;
    'weft-events-failed': CustomEvent<unknown>;
  }
}

if (!customElements.get('weft-similar')) customElements.define('weft-similar', WeftSimilar);
