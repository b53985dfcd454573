import { Controller, Delete, Get, Header, Post, Put, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { asking, RulePreviews, RuleService } from '#merchandising';
import { Endpoint } from '../http/endpoint.js';
import { ParsedBody, ParsedParams, parseRequest } from '../http/parsed.js';
import {
  presentPreview,
  presentRule,
  presentWritten,
  PREVIEW_EXAMPLE,
  PREVIEW_REQUEST_EXAMPLE,
  previewEnvelope,
  previewRequest,
  previewResponse,
  removedRuleResponse,
  requestOf,
  RULE_EXAMPLE,
  RULE_REQUEST_EXAMPLE,
  ruleParams,
  ruleRequest,
  ruleResponse,
  rulesResponse,
  WRITTEN_RULE_EXAMPLE,
  writtenRuleResponse,
} from './rule-schemas.js';

@ApiTags('merchandiser')
@Controller('v1/rules')
export class RulesController {
  constructor(
    private readonly rules: RuleService,
    private readonly previews: RulePreviews,
  ) {}

  @Get()
  @Header('cache-control', 'no-store')
  @Endpoint({
    scope: 'merchandiser',
    summary: 'Rules',
    description: 'Pins, boosts, buries, what is hidden and what never comes together; disabled and expired ones too.',
    success: {
      ...{ status: 200, description: 'The higher priority first, then the older.' },
      ...{ schema: rulesResponse, example: { rules: [RULE_EXAMPLE] } },
    },
    problems: ['database-unreachable'],
  })
  async listRules(): Promise<z.input<typeof rulesResponse>> {
    return { rules: (await this.rules.list()).map(presentRule) };
  }

  @Get(':id')
  @Header('cache-control', 'no-store')
  @Endpoint({
    scope: 'merchandiser',
    summary: 'A rule',
    params: ruleParams,
    success: { status: 200, description: 'The rule.', schema: ruleResponse, example: RULE_EXAMPLE },
    problems: ['rule-unknown', 'database-unreachable'],
  })
  async getRule(@ParsedParams(ruleParams) { id }: z.output<typeof ruleParams>): Promise<z.input<typeof ruleResponse>> {
    return presentRule(await this.rules.get(id));
  }

  @Post()
  @Header('cache-control', 'no-store')
  @Endpoint({
    scope: 'merchandiser',
    summary: 'Make a rule',
    description:
      'Holds for similar items, recommendations, photo search and batches within a second, in every process. ' +
      'What rules do, and which goes first, is in docs/merchandising.md. `POST /v1/rules/preview` shows it beforehand.',
    body: { schema: ruleRequest, example: RULE_REQUEST_EXAMPLE },
    success: {
      ...{ status: 201, description: 'It is stored.' },
      ...{ schema: writtenRuleResponse, example: WRITTEN_RULE_EXAMPLE },
    },
    problems: ['too-many-rules', 'database-unreachable'],
  })
  async addRule(
    @ParsedBody(ruleRequest) rule: z.output<typeof ruleRequest>,
    @Req() request: FastifyRequest,
  ): Promise<z.input<typeof writtenRuleResponse>> {
    const written = await this.rules.add(rule, request.caller);
    request.log.info({ rule: written.rule.id, by: request.caller }, 'rule made');
    return presentWritten(written);
  }

  @Put(':id')
  @Header('cache-control', 'no-store')
  @Endpoint({
    scope: 'merchandiser',
    summary: 'Replace a rule',
    description: 'In place of all that it was; it keeps its id and its age.',
    params: ruleParams,
    body: { schema: ruleRequest, example: RULE_REQUEST_EXAMPLE },
    success: {
      ...{ status: 200, description: 'It is stored.' },
      ...{ schema: writtenRuleResponse, example: WRITTEN_RULE_EXAMPLE },
    },
    problems: ['rule-unknown', 'too-many-rules', 'database-unreachable'],
  })
  async replaceRule(
    @ParsedParams(ruleParams) { id }: z.output<typeof ruleParams>,
    @ParsedBody(ruleRequest) rule: z.output<typeof ruleRequest>,
    @Req() request: FastifyRequest,
  ): Promise<z.input<typeof writtenRuleResponse>> {
    const written = await this.rules.replace(id, rule, request.caller);
    request.log.info({ rule: id, by: request.caller }, 'rule replaced');
    return presentWritten(written);
  }

  @Delete(':id')
  @Header('cache-control', 'no-store')
  @Endpoint({
    scope: 'merchandiser',
    summary: 'Remove a rule',
    params: ruleParams,
    success: {
      ...{ status: 200, description: 'It is removed.' },
      ...{ schema: removedRuleResponse, example: { removed: 7 } },
    },
    problems: ['rule-unknown', 'database-unreachable'],
  })
  async removeRule(
    @ParsedParams(ruleParams) { id }: z.output<typeof ruleParams>,
    @Req() request: FastifyRequest,
  ): Promise<z.input<typeof removedRuleResponse>> {
    await this.rules.remove(id);
    request.log.info({ rule: id, by: request.caller }, 'rule removed');
    return { removed: id };
  }

  @Post('preview')
  @Header('cache-control', 'no-store')
  @Endpoint({
    scope: 'merchandiser',
    cost: 2,
    summary: 'What a rule would do',
    description:
      'One request as it is answered and as it would be: with a rule beside the stored ones, with one in place of another, ' +
      'or with one left out. Nothing is stored. Counts as two calls.',
    body: { schema: previewRequest, example: PREVIEW_REQUEST_EXAMPLE },
    success: {
      ...{ status: 200, description: 'Both answers, and what changes its place, comes or goes.' },
      ...{ schema: previewResponse, example: PREVIEW_EXAMPLE },
    },
    problems: ['rule-unknown', 'product-unknown', 'no-active-generation', 'database-unreachable'],
  })
  async previewRule(
    @ParsedBody(previewEnvelope) { request, ...draft }: z.output<typeof previewEnvelope>,
  ): Promise<z.input<typeof previewResponse>> {
    const schema = 'similarTo' in request ? requestOf.similar : requestOf.recommendation;
    const parsed = parseRequest(schema, { request });
    return presentPreview(await this.previews.preview(draft, asking(parsed.request)));
  }
}
