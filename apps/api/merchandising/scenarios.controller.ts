import { Controller, Delete, Get, Header, Put, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { ScenarioService } from '#merchandising';
import { Endpoint } from '../http/endpoint.js';
import { ParsedBody, ParsedParams } from '../http/parsed.js';
import {
  presentScenario,
  removedScenarioResponse,
  SCENARIO_EXAMPLE,
  SCENARIO_REQUEST_EXAMPLE,
  scenarioParams,
  scenarioRequest,
  scenarioResponse,
  scenariosResponse,
} from './scenario-schemas.js';

@ApiTags('merchandiser')
@Controller('v1/scenarios')
export class ScenariosController {
  constructor(private readonly scenarios: ScenarioService) {}

  @Get()
  @Header('cache-control', 'no-store')
  @Endpoint({
    scope: 'merchandiser',
    summary: 'What placements ask by default',
    success: {
      ...{ status: 200, description: 'By name.' },
      ...{ schema: scenariosResponse, example: { scenarios: [SCENARIO_EXAMPLE] } },
    },
    problems: ['database-unreachable'],
  })
  async listScenarios(): Promise<z.input<typeof scenariosResponse>> {
    return { scenarios: (await this.scenarios.list()).map(presentScenario) };
  }

  @Get(':name')
  @Header('cache-control', 'no-store')
  @Endpoint({
    scope: 'merchandiser',
    summary: 'What a placement asks by default',
    params: scenarioParams,
    success: { status: 200, description: 'The scenario.', schema: scenarioResponse, example: SCENARIO_EXAMPLE },
    problems: ['scenario-unknown', 'database-unreachable'],
  })
  async getScenario(
    @ParsedParams(scenarioParams) { name }: z.output<typeof scenarioParams>,
  ): Promise<z.input<typeof scenarioResponse>> {
    return presentScenario(await this.scenarios.get(name));
  }

  @Put(':name')
  @Header('cache-control', 'no-store')
  @Endpoint({
    scope: 'merchandiser',
    summary: 'Store what a placement asks by default',
    description:
      'In place of all that was stored under the name. Holds for requests with this `scenario` where they say nothing ' +
      'themselves, within a second in every process. See docs/merchandising.md.',
    params: scenarioParams,
    body: { schema: scenarioRequest, example: SCENARIO_REQUEST_EXAMPLE },
    success: { status: 200, description: 'It is stored.', schema: scenarioResponse, example: SCENARIO_EXAMPLE },
    problems: ['too-many-scenarios', 'database-unreachable'],
  })
  async putScenario(
    @ParsedParams(scenarioParams) { name }: z.output<typeof scenarioParams>,
    @ParsedBody(scenarioRequest) settings: z.output<typeof scenarioRequest>,
    @Req() request: FastifyRequest,
  ): Promise<z.input<typeof scenarioResponse>> {
    const scenario = await this.scenarios.put(name, settings, request.caller);
    request.log.info({ scenario: name, by: request.caller }, 'scenario stored');
    return presentScenario(scenario);
  }

  @Delete(':name')
  @Header('cache-control', 'no-store')
  @Endpoint({
    scope: 'merchandiser',
    summary: 'Remove what a placement asks by default',
    description: 'Requests may go on naming it: it is a mere name from then on.',
    params: scenarioParams,
    success: {
      ...{ status: 200, description: 'It is removed.' },
      ...{ schema: removedScenarioResponse, example: { removed: 'home-top' } },
    },
    problems: ['scenario-unknown', 'database-unreachable'],
  })
  async removeScenario(
    @ParsedParams(scenarioParams) { name }: z.output<typeof scenarioParams>,
    @Req() request: FastifyRequest,
  ): Promise<z.input<typeof removedScenarioResponse>> {
    await this.scenarios.remove(name);
    request.log.info({ scenario: name, by: request.caller }, 'scenario removed');
    return { removed: name };
  }
}
