/** An event as EventSource would hand it on; comments have the kind `comment`. */
export interface ServerSentEvent {
  kind: string;
  id: string | null;
  data: unknown;
}

/** A stream of server-sent events that is read one by one, as fast as the test asks. */
export class EventStream {
  private constructor(
    readonly response: Response,
    private readonly events: AsyncGenerator<ServerSentEvent>,
    private readonly controller: AbortController,
  ) {}

  static async open(url: string, headers: Record<string, string> = {}): Promise<EventStream> {
    const controller = new AbortController();
    const response = await fetch(url, { headers, signal: controller.signal });
    return new EventStream(response, eventsOf(response), controller);
  }

  /** The next event that is no comment; null at the end. */
  async next(): Promise<ServerSentEvent | null> {
    for (;;) {
      const next = await this.events.next();
      if (next.done) return null;
      if (next.value.kind !== 'comment') return next.value;
    }
  }

  /** The next event of this kind; null at the end. */
  async nextOf(kind: string): Promise<ServerSentEvent | null> {
    for (;;) {
      const next = await this.events.next();
      if (next.done) return null;
      if (next.value.kind === kind) return next.value;
    }
  }

  /** All that is left, to the end. */
  async rest(): Promise<ServerSentEvent[]> {
    const all: ServerSentEvent[] = [];
    for (let event = await this.next(); event !== null; event = await this.next()) all.push(event);
    return all;
  }

  /** Goes away without a word. */
  leave(): void {
    this.controller.abort();
  }
}

async function* eventsOf(response: Response): AsyncGenerator<ServerSentEvent> {
  let text = '';
  if (response.body === null) return;
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      if (block.startsWith(':')) yield { kind: 'comment', id: null, data: block.slice(1).trim() };
      const fields = new Map(
        block.split('\n').map((line) => [line.split(': ')[0], line.slice(line.indexOf(': ') + 2)]),
      );
      const data = fields.get('data');
      if (data === undefined) continue;
      yield { kind: fields.get('event') ?? 'message', id: fields.get('id') ?? null, data: JSON.parse(data) as unknown };
    }
  }
}
