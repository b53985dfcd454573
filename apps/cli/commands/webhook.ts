import { randomUUID } from 'node:crypto';
import { Command, Option } from 'commander';
import { z } from 'zod';
import { AddressRules, Fetcher } from '#fetching';
import { LARGEST_ID, systemClock, WeftError } from '#foundation';
import { DELIVERY_STATES, type DeliveryState, WEBHOOK_KINDS, webhookRequest, WebhookService } from '#webhooks';
import { integerIn } from '../options.js';
import { print, printJson, say, table } from '../output.js';
import { withSession } from '../session.js';

/** Who asks, in the record of webhooks. */
const BY = 'command line';

const withWebhooks = <T>(work: (webhooks: WebhookService) => Promise<T>): Promise<T> =>
  withSession(async ({ config, database }) => {
    const fetcher = new Fetcher(new AddressRules(config.fetchAllow));
    try {
      return await work(new WebhookService(database.webhooks, fetcher, systemClock, randomUUID));
    } finally {
      await fetcher.close();
    }
  });

const webhookId = integerIn(1, LARGEST_ID);
const ID = 'as `weft webhook list` shows it';

const add = new Command('add')
  .description('have an address told what happens; its secret is shown once')
  .argument('<url>', 'where messages are posted')
  .option('--kinds <kinds...>', `what it is told; default: ${WEBHOOK_KINDS.join(', ')}`)
  .option('--json', 'print JSON on stdout')
  .action((url: string, { kinds, json }: { kinds?: string[]; json?: true }) => {
    const asked = webhookRequest.safeParse({ url, ...(kinds ? { kinds } : {}) });
    if (!asked.success) throw invalid(asked.error, { url, kinds });
    return withWebhooks(async (webhooks) => {
      const { webhook, secret } = await webhooks.add(asked.data, BY);
      if (json) return printJson({ secret, webhook });
      print(secret);
      say(
        `This is the only time that the secret is shown. Webhook ${webhook.id} is told: ${webhook.kinds.join(', ')}.`,
      );
      say(`Try it: weft webhook test ${webhook.id}`);
    });
  });

const list = new Command('list')
  .description('list the webhooks; never their secrets')
  .option('--json', 'print JSON on stdout')
  .action(({ json }: { json?: true }) =>
    withWebhooks(async (webhooks) => {
      const all = await webhooks.list();
      if (json) return printJson({ webhooks: all });
      if (all.length === 0) return print('There is no webhook.');
      const rows = all.map(({ id, url, kinds, disabledBecause }) => [
        id,
        disabledBecause ?? 'on',
        url,
        kinds.join(' '),
      ]);
      print(table(['id', 'state', 'url', 'kinds'], rows));
    }),
  );

const remove = new Command('remove')
  .description('remove a webhook with its messages, sent or not')
  .argument('<id>', ID, webhookId)
  .option('--json', 'print JSON on stdout')
  .action((id: number, { json }: { json?: true }) =>
    withWebhooks(async (webhooks) => {
      await webhooks.remove(id);
      if (json) return printJson({ removed: id });
      print(`Webhook ${id} is removed.`);
    }),
  );

const test = new Command('test')
  .description('post a message of the kind webhook.test now, once')
  .argument('<id>', ID, webhookId)
  .option('--json', 'print JSON on stdout')
  .action((id: number, { json }: { json?: true }) =>
    withWebhooks(async (webhooks) => {
      const { status, error } = await webhooks.test(id, new AbortController().signal);
      if (error !== null) {
        throw new WeftError('webhook-not-taken', `The message was not taken: ${error}`, {
          value: status,
          remedy: 'Look whether the receiver runs, checks with the right secret, and answers 2xx.',
        });
      }
      if (json) return printJson({ taken: true, status });
      print(`It was taken: ${status}.`);
    }),
  );

const deliveries = new Command('deliveries')
  .description('list the messages of a webhook, newest first')
  .argument('<id>', ID, webhookId)
  .addOption(new Option('--state <state>', 'only these').choices(DELIVERY_STATES))
  .option('--limit <number>', 'how many', integerIn(1, 1_000), 50)
  .option('--json', 'print JSON on stdout')
  .action((id: number, { state, limit, json }: { state?: DeliveryState; limit: number; json?: true }) =>
    withWebhooks(async (webhooks) => {
      const all = await webhooks.deliveries(id, state ?? null, limit);
      if (json) return printJson({ deliveries: all });
      if (all.length === 0) return print('There is no message.');
      const rows = all.map((one) => [
        ...[one.id, one.kind, one.subject, one.state, one.attempts],
        ...[one.createdAt.toISOString(), one.nextAt?.toISOString() ?? '-', one.lastError ?? ''],
      ]);
      print(table(['id', 'kind', 'about', 'state', 'attempts', 'since', 'next', 'why'], rows));
    }),
  );

const retry = new Command('retry')
  .description('have a dead message tried again, as often as a new one')
  .argument('<id>', ID, webhookId)
  .argument('<delivery>', 'as `weft webhook deliveries` shows it')
  .option('--json', 'print JSON on stdout')
  .action(async (id: number, delivery: string, { json }: { json?: true }) => {
    const known = z.uuid().safeParse(delivery);
    if (!known.success) throw new WeftError('delivery-unknown', 'A message is named by a UUID.', { value: delivery });
    await withWebhooks(async (webhooks) => {
      await webhooks.retry(id, known.data);
      if (json) return printJson({ retried: known.data });
      print(`Message ${known.data} waits to be sent.`);
    });
  });

export const webhookCommand = new Command('webhook').description('addresses that are told what happens, signed');
for (const command of [add, list, remove, test, deliveries, retry]) webhookCommand.addCommand(command);

function invalid({ issues: [issue] }: z.ZodError, value: object): WeftError {
  const what = `${issue?.path.join('.') ?? ''} ${issue?.message ?? 'is invalid'}`.trim();
  return new WeftError('webhook-invalid', `The webhook cannot be added: ${what}.`, {
    value,
    remedy: 'weft webhook add --help',
  });
}
