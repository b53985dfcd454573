import { createHmac, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A message whose signature was right. */
export interface Received {
  id: string;
  type: string;
  data: Record<string, unknown>;
  path: string;
}

type Answer = (response: ServerResponse, request: IncomingMessage) => void;

/** Answers with a status and nothing else. */
export const answer =
  (status: number, headers: Record<string, string> = {}): Answer =>
  (response) =>
    void response.writeHead(status, headers).end();

/** A shop's server: checks every signature, as Standard Webhooks says, and answers as the test wants. */
export class WebhookReceiver {
  readonly received: Received[] = [];
  /** What was wrong with messages; empty at the end of a test. */
  readonly faults: string[] = [];
  /** `whsec_...`; null: nothing is checked. */
  secret: string | null = null;
  /** Taken one by one; then 204. */
  answers: Answer[] = [];
  private waiting: (() => void)[] = [];
  private readonly server = createServer((request, response) => void this.take(request, response));

  static async start(): Promise<WebhookReceiver> {
    const receiver = new WebhookReceiver();
    receiver.server.listen(0, '127.0.0.1');
    await once(receiver.server, 'listening');
    return receiver;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/hook`;
  }

  /** Until so many messages have come in all. */
  async until(count: number): Promise<Received[]> {
    while (this.received.length < count) await new Promise<void>((resolve) => this.waiting.push(resolve));
    return this.received;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of request.setEncoding('utf8') as AsyncIterable<string>) body += chunk;
    const header = (name: string) => String(request.headers[name]);
    const id = header('webhook-id');
    const fault = this.faultOf(id, header('webhook-timestamp'), header('webhook-signature'), body);
    if (fault !== null) this.faults.push(fault);
    const { type, data } = JSON.parse(body) as Pick<Received, 'type' | 'data'>;
    this.received.push({ id, type, data, path: request.url ?? '' });
    (this.answers.shift() ?? answer(204))(response, request);
    for (const wake of this.waiting.splice(0)) wake();
  }

  private faultOf(id: string, timestamp: string, signatures: string, body: string): string | null {
    if (this.secret === null) return null;
    const key = Buffer.from(this.secret.replace(/^whsec_/, ''), 'base64');
    const expected = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest();
    const isRight = signatures.split(' ').some((signature) => {
      const sent = Buffer.from(signature.replace(/^v1,/, ''), 'base64');
      return sent.length === expected.length && timingSafeEqual(sent, expected);
    });
    if (!isRight) return `signature ${signatures} of ${id}`;
    return Math.abs(Date.now() / 1000 - Number(timestamp)) < 300 ? null : `timestamp ${timestamp} of ${id}`;
  }
}
