import { Command, Option } from 'commander';
import type { JobId } from '#foundation';
import { JOB_KINDS, JOB_STATES, type JobKind, type JobRun, type JobState, type Priority, unknownJob } from '#jobs';
import { integerIn, priorityOption } from '../options.js';
import { print, printJson, table } from '../output.js';
import { COMMAND_LINE } from '../run-job.js';
import { withSession } from '../session.js';

interface ListOptions {
  kind?: JobKind;
  state?: JobState;
  limit: number;
  json?: true;
}

const listJobs = new Command('list')
  .description('list jobs, newest first')
  .addOption(new Option('--kind <kind>', 'of this kind only').choices(JOB_KINDS))
  .addOption(new Option('--state <state>', 'in this state only').choices(JOB_STATES))
  .option('--limit <number>', 'how many', integerIn(1, 1_000), 20)
  .option('--json', 'print JSON on stdout')
  .action(({ json, ...listing }: ListOptions) =>
    withSession(async ({ database }) => {
      const jobs = await database.jobs.list(listing);
      if (json) return printJson({ jobs });
      if (jobs.length === 0) return print('There is no such job.');
      print(
        table(
          ['id', 'kind', 'state', 'asked', 'by', 'took', 'tries', 'what'],
          jobs.map((job) => [
            ...[job.id, job.kind, stateOf(job), time(job.createdAt), job.requestedBy, took(job), job.attempts],
            job.error?.message ?? (job.state === 'running' ? (job.progress?.message ?? '') : ''),
          ]),
        ),
      );
    }),
  );

const showJob = new Command('show')
  .description('show a job with what happened to it')
  .argument('<id>', 'as `weft jobs list` shows it')
  .option('--json', 'print JSON on stdout')
  .action((id: string, { json }: { json?: true }) =>
    withSession(async ({ database }) => {
      const job = await database.jobs.find(id as JobId);
      if (job === null) throw unknownJob(id);
      const log = await database.jobs.log(job.id);
      if (json) return printJson({ ...job, log });
      print(describe(job));
      for (const { at, level, words } of log) print(`${at.toISOString()}  ${level.padEnd(5)}  ${words}`);
    }),
  );

const cancelJob = new Command('cancel')
  .description('end a job: one that waits never begins, one that runs is stopped within seconds')
  .argument('<id>', 'as `weft jobs list` shows it')
  .option('--json', 'print JSON on stdout')
  .action((id: string, { json }: { json?: true }) =>
    withSession(async ({ queue }) => {
      const job = await queue.cancel(id as JobId, COMMAND_LINE);
      if (json) return printJson(job);
      if (job.state === 'cancelled') return print(`Job ${id} is cancelled.`);
      print(`Job ${id} is being stopped; weft jobs show ${id} tells when it has ended.`);
    }),
  );

const retryJob = new Command('retry')
  .description('try a job again that failed, is dead or was cancelled: as a new job')
  .argument('<id>', 'as `weft jobs list` shows it')
  .addOption(priorityOption())
  .option('--json', 'print JSON on stdout')
  .action((id: string, { json, ...how }: { json?: true; priority?: Priority }) =>
    withSession(async ({ queue }) => {
      const job = await queue.retry(id as JobId, { requestedBy: COMMAND_LINE, ...how });
      if (json) return printJson(job);
      print(`Job ${id} is tried again as job ${job.id}, which is ${job.state}.`);
      if (job.state === 'queued' && (await queue.workerCount(job.kind)) === 0)
        print('No worker takes such jobs now: weft serve');
    }),
  );

export const jobsCommand = new Command('jobs').description('list, show, cancel and retry jobs');
for (const command of [listJobs, showJob, cancelJob, retryJob]) jobsCommand.addCommand(command);

/** What is known of a job, a line for each. */
function describe(job: JobRun): string {
  const lines: [string, string | null][] = [
    ['job', job.id],
    ['kind', job.kind],
    ['state', stateOf(job)],
    ['asked for', `${time(job.createdAt)} by ${job.requestedBy}`],
    ['priority', job.priority],
    ['key', job.idempotencyKey],
    ['tries again', job.retryOf],
    ['input', JSON.stringify(job.input)],
    ['tries', String(job.attempts)],
    ['next try', job.state === 'queued' && job.notBefore !== null ? time(job.notBefore) : null],
    ['began', job.startedAt && time(job.startedAt)],
    ['ended', job.finishedAt && `${time(job.finishedAt)}, after ${took(job)}`],
    ['progress', job.progress && `${Math.round(100 * job.progress.fraction)} %, ${job.progress.message}`],
    ['result', job.result == null ? null : JSON.stringify(job.result)],
    ['error', job.error && `${job.error.message} (${job.error.code})`],
    ['mend', job.error?.remedy ?? null],
    ['cancelled by', job.cancelRequestedBy],
  ];
  const told = lines.filter((line): line is [string, string] => line[1] !== null);
  return `${told.map(([name, value]) => `${name.padEnd(13)} ${value}`).join('\n')}\n`;
}

function stateOf({ state, cancelRequestedAt }: JobRun): string {
  return state === 'running' && cancelRequestedAt !== null ? 'being cancelled' : state;
}

function time(at: Date): string {
  return at.toISOString().replace(/\.\d{3}Z$/, 'Z');
}

/** From the beginning of its first try to its end. */
function took({ startedAt, finishedAt }: JobRun): string {
  if (startedAt === null || finishedAt === null) return '-';
  return `${((finishedAt.getTime() - startedAt.getTime()) / 1000).toFixed(1)} s`;
}
