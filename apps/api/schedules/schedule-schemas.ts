import { localTime, type Schedule, SCHEDULED_KINDS, scheduleName } from '#schedules';
import { z } from 'zod';
import { requestSchema, responseSchema } from '../http/schema-registry.js';
import { IMPORT_EXAMPLE, importRequest, refreshRequest, trainingRequest } from '../jobs/job-schemas.js';

export const scheduleParams = z.strictObject({ name: scheduleName.describe('What it is called, such as nightly.') });

const times = {
  cron: z
    .string()
    .max(200)
    .describe('Minute, hour, day of month, month, day of week, as in crontab(5): `0 3 * * *`. See docs/nightly.md.'),
  timeZone: z.string().max(100).default('UTC').describe('Of the IANA database: the clocks that `cron` is read by.'),
  enabled: z.boolean().default(true).describe('false: nothing is started, and nothing of that time is caught up.'),
};
export const scheduleRequest = requestSchema(
  'ScheduleSettings',
  z.discriminatedUnion('job', [
    z.strictObject({ job: z.literal('refresh'), input: refreshRequest.default({}), ...times }),
    z.strictObject({ job: z.literal('import'), input: importRequest, ...times }),
    z.strictObject({ job: z.literal('train'), input: trainingRequest, ...times }),
  ]),
);
export const SCHEDULE_REQUEST_EXAMPLE = {
  job: 'import',
  input: IMPORT_EXAMPLE,
  cron: '0 2 * * *',
  timeZone: 'Europe/Berlin',
} satisfies z.input<typeof scheduleRequest>;

const time = z.iso.datetime();
export const scheduleResponse = responseSchema(
  'Schedule',
  z.object({
    name: z.string(),
    job: z.enum(SCHEDULED_KINDS),
    input: z.unknown().describe('What each job is started with.'),
    cron: z.string(),
    timeZone: z.string(),
    enabled: z.boolean(),
    upcoming: z
      .array(
        z.object({
          utc: time,
          local: z.string().describe('What clocks show there then, and how far they are ahead of UTC.'),
        }),
      )
      .describe('When it is started next, and then, and then; empty while it is not enabled.'),
    lastDue: time.nullable().describe('What it was started for last.'),
    lastRun: z.uuid().nullable().describe('The job that was started last.'),
    skippedDue: time.nullable().describe('When it came due last and was left out: the job before still went.'),
    createdAt: time,
    createdBy: z.string(),
    updatedAt: time,
    updatedBy: z.string().describe('The id of a key, `command line`, or `anyone on this machine`.'),
  }),
);
export const schedulesResponse = responseSchema(
  'Schedules',
  z.object({ schedules: z.array(scheduleResponse).describe('By name.') }),
);
export const removedScheduleResponse = responseSchema('RemovedSchedule', z.object({ removed: z.string() }));

export const SCHEDULE_EXAMPLE: z.input<typeof scheduleResponse> = {
  name: 'feed',
  ...{ ...SCHEDULE_REQUEST_EXAMPLE, enabled: true },
  upcoming: [
    { utc: '2026-11-25T01:00:00.000Z', local: '2026-11-25 02:00 +01:00' },
    { utc: '2026-11-26T01:00:00.000Z', local: '2026-11-26 02:00 +01:00' },
    { utc: '2026-11-27T01:00:00.000Z', local: '2026-11-27 02:00 +01:00' },
  ],
  lastDue: '2026-11-24T01:00:00.000Z',
  lastRun: '0b7c2b8e-8d3f-4f0a-9a57-0d0f0c1a2b3c',
  skippedDue: null,
  createdAt: '2026-11-20T09:30:00.000Z',
  createdBy: 'Fq3x9Zk',
  updatedAt: '2026-11-20T09:30:00.000Z',
  updatedBy: 'Fq3x9Zk',
};

export function presentSchedule(schedule: Schedule, upcoming: Date[]): z.input<typeof scheduleResponse> {
  const { name, kind, input, cron, timeZone, isEnabled, lastDue, lastRun, skippedDue } = schedule;
  return {
    ...{ name, job: kind, input: withoutRoot(input), cron, timeZone, enabled: isEnabled, lastRun },
    upcoming: upcoming.map((due) => ({ utc: due.toISOString(), local: localTime(due, timeZone) })),
    lastDue: lastDue?.toISOString() ?? null,
    skippedDue: skippedDue?.toISOString() ?? null,
    ...{ createdAt: schedule.createdAt.toISOString(), createdBy: schedule.createdBy },
    ...{ updatedAt: schedule.updatedAt.toISOString(), updatedBy: schedule.updatedBy },
  };
}

/** As it is asked for: where a feed may reach is not for the asker to say. */
function withoutRoot(input: Schedule['input']): Record<string, unknown> {
  const { root: _, ...asked } = input as Record<string, unknown>;
  return asked;
}
