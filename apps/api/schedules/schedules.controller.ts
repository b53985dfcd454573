import { Controller, Delete, Get, Header, Inject, Post, Put, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { JobRequest } from '#jobs';
import { type Schedule, type ScheduledKind, ScheduleService } from '#schedules';
import { FEED_DIRECTORY } from '../api-dependencies.js';
import { Endpoint } from '../http/endpoint.js';
import { ParsedBody, ParsedParams } from '../http/parsed.js';
import { FEED_PROBLEMS, feedPlace } from '../jobs/feed-path.js';
import { accepted } from '../jobs/ask.js';
import { JOB_EXAMPLE, jobResponse } from '../jobs/job-schemas.js';
import {
  presentSchedule,
  removedScheduleResponse,
  SCHEDULE_EXAMPLE,
  SCHEDULE_REQUEST_EXAMPLE,
  scheduleParams,
  scheduleRequest,
  scheduleResponse,
  schedulesResponse,
} from './schedule-schemas.js';

type ScheduleAnswer = z.input<typeof scheduleResponse>;

@ApiTags('merchandiser')
@Controller('v1/schedules')
export class SchedulesController {
  constructor(
    private readonly schedules: ScheduleService,
    @Inject(FEED_DIRECTORY) private readonly feedDirectory: string,
  ) {}

  @Get()
  @Header('cache-control', 'no-store')
  @Endpoint({
    scope: 'merchandiser',
    summary: 'Jobs that are started by schedule',
    success: {
      ...{ status: 200, description: 'By name.' },
      ...{ schema: schedulesResponse, example: { schedules: [SCHEDULE_EXAMPLE] } },
    },
    problems: ['database-unreachable'],
  })
  async listSchedules(): Promise<z.input<typeof schedulesResponse>> {
    return { schedules: (await this.schedules.list()).map((schedule) => this.present(schedule)) };
  }

  @Get(':name')
  @Header('cache-control', 'no-store')
  @Endpoint({
    scope: 'merchandiser',
    summary: 'A schedule',
    params: scheduleParams,
    success: { status: 200, description: 'The schedule.', schema: scheduleResponse, example: SCHEDULE_EXAMPLE },
    problems: ['schedule-unknown', 'database-unreachable'],
  })
  async getSchedule(@ParsedParams(scheduleParams) { name }: z.output<typeof scheduleParams>): Promise<ScheduleAnswer> {
    return this.present(await this.schedules.show(name));
  }

  @Put(':name')
  @Header('cache-control', 'no-store')
  @Endpoint({
    scope: 'merchandiser',
    summary: 'Start a job again and again',
    description:
      'In place of all that was set under the name. Due next at the first time from now on. What a worker was not there to ' +
      'start is caught up once; while the job before goes on, nothing is started. See docs/nightly.md.',
    params: scheduleParams,
    body: { schema: scheduleRequest, example: SCHEDULE_REQUEST_EXAMPLE },
    success: { status: 200, description: 'It is set.', schema: scheduleResponse, example: SCHEDULE_EXAMPLE },
    problems: ['schedule-invalid', ...FEED_PROBLEMS, 'database-unreachable'],
  })
  async putSchedule(
    @ParsedParams(scheduleParams) { name }: z.output<typeof scheduleParams>,
    @ParsedBody(scheduleRequest) asked: z.output<typeof scheduleRequest>,
    @Req() request: FastifyRequest,
  ): Promise<ScheduleAnswer> {
    const { job: kind, cron, timeZone, enabled: isEnabled } = asked;
    const input = await this.inputOf(asked);
    const schedule = await this.schedules.set({ name, kind, input, cron, timeZone, isEnabled }, request.caller);
    request.log.info({ schedule: name, by: request.caller }, 'schedule set');
    return this.present(schedule);
  }

  @Delete(':name')
  @Header('cache-control', 'no-store')
  @Endpoint({
    scope: 'merchandiser',
    summary: 'Remove a schedule',
    description: 'What it has started goes on.',
    params: scheduleParams,
    success: {
      ...{ status: 200, description: 'It is removed.' },
      ...{ schema: removedScheduleResponse, example: { removed: 'nightly' } },
    },
    problems: ['schedule-unknown', 'database-unreachable'],
  })
  async removeSchedule(
    @ParsedParams(scheduleParams) { name }: z.output<typeof scheduleParams>,
    @Req() request: FastifyRequest,
  ): Promise<z.input<typeof removedScheduleResponse>> {
    await this.schedules.remove(name);
    request.log.info({ schedule: name, by: request.caller }, 'schedule removed');
    return { removed: name };
  }

  @Post(':name/run')
  @Endpoint({
    scope: 'merchandiser',
    summary: 'Start the job of a schedule now',
    description: 'Whatever the time, enabled or not; when it is due next does not change.',
    params: scheduleParams,
    success: {
      ...{ status: 202, description: 'The job is queued; Location says where to follow it.' },
      ...{ schema: jobResponse, example: JOB_EXAMPLE, headers: { location: 'Path of the job.' } },
    },
    problems: ['schedule-unknown', 'schedule-busy', 'job-input-invalid', 'database-unreachable'],
  })
  async runSchedule(
    @ParsedParams(scheduleParams) { name }: z.output<typeof scheduleParams>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<z.input<typeof jobResponse>> {
    const run = await this.schedules.run(name, { requestedBy: request.caller, requestId: request.id });
    return accepted(run, reply);
  }

  private present(schedule: Schedule): ScheduleAnswer {
    return presentSchedule(schedule, this.schedules.upcoming(schedule));
  }

  private async inputOf(asked: z.output<typeof scheduleRequest>): Promise<JobRequest<ScheduledKind>> {
    if (asked.job === 'refresh') return asked.input;
    if (asked.job === 'import') {
      const { feed, ...reading } = asked.input;
      return { ...(await feedPlace(this.feedDirectory, feed)), ...reading };
    }
    const { also, ...settings } = asked.input;
    return { ...settings, also: also === null ? null : await feedPlace(this.feedDirectory, also) };
  }
}
