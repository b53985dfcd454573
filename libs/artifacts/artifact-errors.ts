import { messageOf, WeftError } from '#foundation';

/** The store does not answer, or not in time: a job that needs it is tried again. */
export class ArtifactsUnreachable extends WeftError {
  constructor(
    store: string,
    cause: unknown,
    remedy = 'Look whether it runs and whether this machine may connect to it: weft doctor',
  ) {
    super('artifacts-unreachable', `The artifact store ${store} cannot be reached: ${sentence(cause)}`, {
      value: store,
      remedy,
      cause,
    });
  }

  override get isRetryable(): boolean {
    return true;
  }
}

/** The store answers, and says no. */
export class ArtifactsRefused extends WeftError {
  constructor(store: string, cause: unknown) {
    super('artifacts-refused', `The artifact store ${store} refuses: ${sentence(cause)}`, {
      value: store,
      remedy:
        'Correct WEFT_ARTIFACTS, its endpoint, the keys and what they allow, or the rights to its directory: docs/decisions/artifact-store.md',
      cause,
    });
  }
}

/** An object that is not what its name or its manifest says. */
export class ArtifactDamaged extends WeftError {
  constructor(
    store: string,
    readonly key: string,
    what: string,
    cause?: unknown,
  ) {
    super('artifact-damaged', `${key} in the artifact store ${store} is damaged: ${what}`, {
      value: key,
      remedy: `Remove ${key} from the store; photos and features are made anew by the next import, models by weft train.`,
      cause,
    });
  }
}

function sentence(cause: unknown): string {
  const message = messageOf(cause) || (cause instanceof Error ? cause.name : 'it does not say why');
  return message.endsWith('.') ? message : `${message}.`;
}
