import { z } from 'zod';

const requests = z.registry<{ id: string }>();
const responses = z.registry<{ id: string }>();

/** Names a schema of what callers send. */
export function requestSchema<S extends z.ZodType>(id: string, schema: S): S {
  requests.add(schema, { id });
  return schema;
}

/** Names a schema of what is answered. */
export function responseSchema<S extends z.ZodType>(id: string, schema: S): S {
  responses.add(schema, { id });
  return schema;
}

export interface JsonSchema {
  [keyword: string]: unknown;
}

/** A reference to a named schema. @throws Error when it was never named */
export function schemaReference(schema: z.ZodType): { $ref: string } {
  const id = (requests.get(schema) ?? responses.get(schema))?.id;
  if (id === undefined) throw new Error('The schema of a route must be named with requestSchema or responseSchema.');
  return { $ref: referenceTo(id) };
}

const referenceTo = (id: string) => `#/components/schemas/${id}`;

/** OpenAPI 3.0 form of a schema that is not named, such as that of a query parameter. */
export function inlineSchema(schema: z.ZodType): JsonSchema {
  return z.toJSONSchema(schema, { target: 'openapi-3.0', io: 'output', override: tidy });
}

/** All named schemas in OpenAPI 3.0 form. */
export function componentSchemas(): Record<string, JsonSchema> {
  const convert = (registry: typeof requests, io: 'input' | 'output') =>
    Object.entries(
      z.toJSONSchema(registry, { target: 'openapi-3.0', io, uri: referenceTo, override: tidy }).schemas,
    ).map(([id, schema]) => [id, without$id(schema)] as const);
  return Object.fromEntries([...convert(requests, 'input'), ...convert(responses, 'output')]);
}

/** JSON Schema's own name of a schema, which OpenAPI 3.0 does not know. */
function without$id(schema: JsonSchema): JsonSchema {
  return Object.fromEntries(Object.entries(schema).filter(([keyword]) => keyword !== '$id'));
}

/** `format` says what zod's 300-character pattern for dates says too. */
function tidy({ jsonSchema }: { jsonSchema: JsonSchema }): void {
  if (jsonSchema['format'] !== undefined) delete jsonSchema['pattern'];
}
