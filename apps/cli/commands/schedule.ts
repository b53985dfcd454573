import { resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { isThere, isWebAddress, systemClock, WeftError } from '#foundation';
import type { JobRequest } from '#jobs';
import {
  localTime,
  type Schedule,
  SCHEDULED_KINDS,
  type ScheduledKind,
  scheduleName,
  ScheduleService,
} from '#schedules';
import { jsonArgument } from '../json-argument.js';
import { print, printJson, say, table } from '../output.js';
import { COMMAND_LINE } from '../run-job.js';
import { withSession } from '../session.js';

const withSchedules = <T>(work: (schedules: ScheduleService) => Promise<T>): Promise<T> =>
  withSession(({ database, queue }) =>
    work(new ScheduleService(database.schedules, database.jobs, queue, systemClock)),
  );

function nameArgument(text: string): string {
  const parsed = scheduleName.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new InvalidArgumentError(parsed.error.issues[0]?.message ?? 'is no name');
}

interface SetOptions {
  job: ScheduledKind;
  cron: string;
  zone: string;
  feed?: string;
  input?: string;
  json?: true;
}

const set = new Command('set')
  .description('start a job again and again; replaces what was set under the name')
  .argument('<name>', 'what to call it, such as nightly', nameArgument)
  .addOption(new Option('--job <kind>', 'what to start').choices(SCHEDULED_KINDS).makeOptionMandatory())
  .requiredOption('--cron <expression>', "minute, hour, day of month, month, day of week: '0 3 * * *'")
  .option('--zone <zone>', 'time zone of the expression, such as Europe/Berlin', 'UTC')
  .option('--feed <feed>', 'of an import: path or address of the feed')
  .option('--input <json>', 'what else the job is given, as POST /v1/imports or /v1/trainings take it, or @FILE')
  .option('--json', 'print JSON on stdout')
  .action(async (name: string, { json, ...options }: SetOptions) => {
    const input = await inputOf(options);
    await withSchedules(async (schedules) => {
      const { job: kind, cron, zone: timeZone } = options;
      const schedule = await schedules.set({ name, kind, input, cron, timeZone, isEnabled: true }, COMMAND_LINE);
      show(schedules, schedule, json);
    });
  });

async function inputOf({ job, feed, input }: SetOptions): Promise<JobRequest<ScheduledKind>> {
  if ((job === 'import') !== (feed !== undefined)) {
    throw new WeftError(
      'usage',
      `--feed is what an import reads: ${job === 'import' ? 'name one' : `a ${job} has none`}.`,
      {
        remedy: 'See: weft schedule set --help',
      },
    );
  }
  const more = input === undefined ? {} : await jsonArgument(input, 'schedule-invalid');
  if (feed === undefined) return more as JobRequest<ScheduledKind>;
  if (isWebAddress(feed)) return { ...(more as object), feed };
  const path = resolve(feed);
  // It may come later: what writes it may be set up after what reads it.
  if (!(await isThere(path))) say(`There is no ${path} yet: until there is, the import fails.`);
  return { ...(more as object), feed: path };
}

const list = new Command('list')
  .description('list what is started by schedule, and when next')
  .option('--json', 'print JSON on stdout')
  .action(({ json }: { json?: true }) =>
    withSchedules(async (schedules) => {
      const all = await schedules.list();
      if (json) return printJson({ schedules: all.map((one) => shown(schedules, one)) });
      if (all.length === 0) {
        return print(
          "Nothing is scheduled. Every night: weft schedule set nightly --job refresh --cron '0 3 * * *' --zone Europe/Berlin",
        );
      }
      print(
        table(
          ['name', 'job', 'cron', 'zone', 'next there', 'next in UTC', 'last due'],
          all.map((one) => [
            ...[
              one.name,
              one.kind,
              one.cron,
              one.timeZone,
              one.isEnabled ? localTime(one.nextDue, one.timeZone) : 'paused',
            ],
            ...[one.isEnabled ? one.nextDue.toISOString() : '', one.lastDue?.toISOString() ?? ''],
          ]),
        ),
      );
      for (const { name, skippedDue } of all) {
        if (skippedDue !== null)
          print(`${name} was left out at ${skippedDue.toISOString()}: the run before still went.`);
      }
    }),
  );

const remove = new Command('remove')
  .description('start it no more; what it has started goes on')
  .argument('<name>', 'as `weft schedule list` shows it')
  .option('--json', 'print JSON on stdout')
  .action((name: string, { json }: { json?: true }) =>
    withSchedules(async (schedules) => {
      await schedules.remove(name);
      if (json) return printJson({ removed: name });
      print(`${name} is removed.`);
    }),
  );

const pause = new Command('pause')
  .description('start it no more until it is resumed; what comes due meanwhile is not caught up')
  .argument('<name>', 'as `weft schedule list` shows it')
  .option('--json', 'print JSON on stdout')
  .action((name: string, { json }: { json?: true }) =>
    withSchedules(async (schedules) => show(schedules, await schedules.pause(name, COMMAND_LINE), json)),
  );

const resume = new Command('resume')
  .description('start it again from its next time on')
  .argument('<name>', 'as `weft schedule list` shows it')
  .option('--json', 'print JSON on stdout')
  .action((name: string, { json }: { json?: true }) =>
    withSchedules(async (schedules) => show(schedules, await schedules.resume(name, COMMAND_LINE), json)),
  );

const run = new Command('run')
  .description('start its job now; a worker takes it, and when it is due next does not change')
  .argument('<name>', 'as `weft schedule list` shows it')
  .option('--json', 'print JSON on stdout')
  .action((name: string, { json }: { json?: true }) =>
    withSchedules(async (schedules) => {
      const { id, kind } = await schedules.run(name, { requestedBy: COMMAND_LINE });
      if (json) return printJson({ job: id, kind });
      print(`Job ${id} (${kind}) is queued.`);
    }),
  );

export const scheduleCommand = new Command('schedule').description('jobs that are started again and again');
for (const command of [set, list, remove, pause, resume, run]) scheduleCommand.addCommand(command);

function show(schedules: ScheduleService, schedule: Schedule, json: true | undefined): void {
  if (json) return printJson(shown(schedules, schedule));
  const { name, kind, timeZone, isEnabled } = schedule;
  if (!isEnabled) return print(`${name} (${kind}) is paused.`);
  const times = schedules.upcoming(schedule).map((due) => `  ${localTime(due, timeZone)}  ${due.toISOString()}`);
  print(`${name} (${kind}) is started next at\n${times.join('\n')}`);
}

function shown(schedules: ScheduleService, schedule: Schedule) {
  const upcoming = schedules.upcoming(schedule);
  return { ...schedule, upcoming: upcoming.map((due) => ({ local: localTime(due, schedule.timeZone), utc: due })) };
}
