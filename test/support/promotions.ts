import type { ActivationEntry, PromotionRequest } from '#generations';

/** Serves a generation in a test that is about something else. */
export const SERVED: ActivationEntry = { action: 'activated-first', by: 'a test', reason: null, verdict: null };

/** Promotes whatever the gate would say. */
export const ANYWAY: PromotionRequest = { by: 'a test', override: 'The test is about something else.' };
