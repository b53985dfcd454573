// A process that sends messages of webhooks, and that a test can kill.
import { AddressRules, Fetcher } from '#fetching';
import { Random, systemClock } from '#foundation';
import { openDatabase } from '#persistence';
import { WebhookSender } from '#webhooks';

const { connection, allow, leaseMs } = JSON.parse(process.argv[2]);
const database = await openDatabase(connection);
const silent = { info: () => undefined, warn: () => undefined };
const fetcher = new Fetcher(new AddressRules([allow]));
new WebhookSender(database.webhooks, fetcher, systemClock, new Random(1), silent, { leaseMs, pollMs: 20 });
process.send('started');
