import { Body, Param, type PipeTransform, Query } from '@nestjs/common';
import type { z } from 'zod';
import { type RequestFault, RequestInvalid } from './problem.js';

/** `signals[0].type`, as a caller would write it. */
function pathText(path: PropertyKey[]): string {
  return path.map((key, i) => (typeof key === 'number' ? `[${key}]` : `${i ? '.' : ''}${String(key)}`)).join('');
}

/** A member that is not known is at fault itself, not the object that holds it. */
function faultsOf(issue: z.core.$ZodIssue): RequestFault[] {
  if (issue.code !== 'unrecognized_keys') {
    const column: unknown = issue.code === 'custom' ? issue.params?.['column'] : undefined;
    const place = typeof column === 'number' ? { column } : {};
    return [{ path: pathText(issue.path), message: issue.message, ...place }];
  }
  return issue.keys.map((key) => ({ path: pathText([...issue.path, key]), message: 'is not known here' }));
}

/** @throws RequestInvalid with everything that is wrong */
export function parseRequest<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new RequestInvalid(parsed.error.issues.flatMap(faultsOf));
}

/** Parses one side of a request once; behind it everything is trusted. */
class ZodPipe implements PipeTransform {
  constructor(private readonly schema: z.ZodType) {}

  transform(value: unknown): unknown {
    return parseRequest(this.schema, value);
  }
}

/** The body, parsed. None counts as `{}`: every default. */
export const ParsedBody = (schema: z.ZodType) =>
  Body({ transform: (body: unknown) => body ?? {} }, new ZodPipe(schema));
/** All query parameters, parsed. */
export const ParsedQuery = (schema: z.ZodType) => Query(new ZodPipe(schema));
/** All path parameters, parsed. */
export const ParsedParams = (schema: z.ZodType) => Param(new ZodPipe(schema));
