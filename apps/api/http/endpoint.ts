import { applyDecorators, HttpCode } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiBody, ApiExtension, ApiHeader, ApiOperation, ApiParam, ApiQuery, ApiResponse } from '@nestjs/swagger';
import { z } from 'zod';
import { kindsWith } from '#access';
import { verdictResponse } from '../models/verdict-schema.js';
import { type ProblemCode, PROBLEMS } from './problem.js';
import type { RouteRules } from './route-rules.js';
import { inlineSchema, type JsonSchema, responseSchema, schemaReference } from './schema-registry.js';

/** The error form of every route. */
export const problemSchema = responseSchema(
  'Problem',
  z
    .object({
      type: z.string().describe('URN of the kind of problem.'),
      title: z.string(),
      status: z.int().min(400).max(599),
      detail: z.string().describe('One sentence on this occurrence.'),
      instance: z.string().describe('Path of the request.'),
      code: z.enum(Object.keys(PROBLEMS) as ProblemCode[]).describe('Stable; for programs.'),
      remedy: z.string().nullable().describe('What mends it.'),
      requestId: z.string().describe('As in the x-request-id header and the log.'),
      errors: z
        .array(
          z.object({
            path: z.string().describe('signals[0].type'),
            message: z.string(),
            column: z.int().optional().describe('Of a filter: the first character at fault, from 1.'),
          }),
        )
        .describe('What is wrong with the request, part by part.'),
      verdict: verdictResponse.optional().describe('Of a promotion that was refused: why.'),
    })
    .describe('RFC 9457 problem document.'),
);

/** What any route may answer. */
const ALWAYS: ProblemCode[] = [
  ...(['request-invalid', 'url-malformed', 'headers-too-large', 'rate-limited', 'unexpected'] as const),
  ...(['overloaded', 'deadline-exceeded'] as const),
];
/** What any route that needs a key may answer. */
const WITH_KEY: ProblemCode[] = [
  ...(['key-required', 'key-malformed', 'key-invalid', 'key-expired', 'key-revoked', 'scope-missing'] as const),
  ...(['origin-refused', 'proxy-refused', 'host-refused', 'too-many-wrong-keys', 'database-unreachable'] as const),
];
/** What any route with a body may answer. */
const WITH_BODY: ProblemCode[] = ['json-malformed', 'body-too-large', 'media-type-unsupported'];

interface EndpointDescription extends RouteRules {
  summary: string;
  description?: string;
  params?: z.ZodObject;
  query?: z.ZodObject;
  /** Request headers that the route reads, by their names in lower case. */
  headers?: z.ZodObject;
  body?: { schema: z.ZodType; example: unknown };
  success:
    | {
        status: 200 | 201 | 202;
        description: string;
        schema: z.ZodType;
        example: unknown;
        headers?: Record<string, string>;
      }
    | { status: 200; description: string; binary: string; headers?: Record<string, string> };
  /** Beyond what every route may answer. */
  problems: ProblemCode[];
}

/** Documents a route, sets its success status and what it asks of callers: everything /openapi.json says of it. */
export function Endpoint(endpoint: EndpointDescription): MethodDecorator {
  const { success, body, scope, bodyBytes, deadlineMs, cost, streams } = endpoint;
  const security = scope === 'public' ? [] : kindsWith(scope).map((kind) => ({ [`${kind}Key`]: [] }));
  const headers = Object.entries(success.headers ?? {}).map(([name, description]) => [
    name,
    { description, schema: { type: 'string' as const } },
  ]);
  const content =
    'binary' in success
      ? { [success.binary]: { schema: { type: 'string' as const, format: 'binary' } } }
      : { 'application/json': { schema: schemaReference(success.schema), example: success.example } };
  return applyDecorators(
    HttpCode(success.status),
    RouteConfig({ scope, bodyBytes, deadlineMs, cost, streams }),
    ApiExtension('x-scope', scope),
    ApiOperation({ summary: endpoint.summary, description: endpoint.description ?? '', security }),
    ...parameters(endpoint.params, ApiParam),
    ...parameters(endpoint.query, ApiQuery),
    ...parameters(endpoint.headers, ApiHeader),
    ...(body
      ? [
          ApiBody({
            required: !body.schema.safeParse({}).success,
            schema: schemaReference(body.schema),
            examples: { request: { value: body.example } },
          }),
        ]
      : []),
    ApiResponse({
      status: success.status,
      description: success.description,
      headers: Object.fromEntries(headers) as Record<string, { description: string; schema: { type: 'string' } }>,
      content,
    }),
    ...problemResponses([
      ...new Set([
        ...ALWAYS,
        ...(scope === 'public' ? [] : WITH_KEY),
        ...(body ? WITH_BODY : []),
        ...endpoint.problems,
      ]),
    ]),
  );
}

type ParameterDecorator_ = (options: {
  name: string;
  required: boolean;
  description: string;
  schema: JsonSchema;
}) => MethodDecorator;

function parameters(object: z.ZodObject | undefined, decorator: ParameterDecorator_): MethodDecorator[] {
  return Object.entries(object?.shape ?? {}).map(([name, field]) => {
    const schema = field as z.ZodType;
    const { description = '', ...rest } = inlineSchema(schema);
    return decorator({
      name,
      required: !schema.safeParse(undefined).success,
      description: String(description),
      schema: rest,
    });
  });
}

/** One response per status: several problems may share one. */
function problemResponses(codes: ProblemCode[]): MethodDecorator[] {
  return [...new Set(codes.map((code) => PROBLEMS[code].status))].map((status) => {
    const sharing = codes.filter((code) => PROBLEMS[code].status === status);
    return ApiResponse({
      status,
      description: sharing.map((code) => `\`${code}\`: ${PROBLEMS[code].title}.`).join(' '),
      content: {
        'application/problem+json': {
          schema: schemaReference(problemSchema),
          examples: Object.fromEntries(sharing.map((code) => [code, { value: exampleOf(code) }])),
        },
      },
    });
  });
}

function exampleOf(code: ProblemCode): z.input<typeof problemSchema> {
  const { status, title } = PROBLEMS[code];
  return {
    type: `urn:weft:problem:${code}`,
    title,
    status,
    detail: `${title}.`,
    instance: '/v1/…',
    code,
    remedy: null,
    requestId: '6f1c2a4e-6a0f-4b5e-9f0e-2d6a1b3c4d5e',
    errors: code === 'request-invalid' ? [{ path: 'count', message: 'Too big: expected number to be <=100' }] : [],
  };
}
