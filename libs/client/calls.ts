import type { components, paths } from './api-types.js';

/** The schemas of the API, by their names in /openapi.json. */
export type Schemas = components['schemas'];
/** A product as it is listed and looked up. */
export type Product = Schemas['Product'];
/** A result: a product, how similar it is, and why it is here. */
export type Recommendation = Schemas['Recommendation'];
/** An answer, best result first. */
export type Recommendations = Schemas['Recommendations'];

type Method = 'get' | 'post';
type Operation<P extends keyof paths, M extends Method> = NonNullable<paths[P][M]>;
type JsonOf<Content> = Content extends { content: { 'application/json': infer Json } } ? Json : never;

/** What a call answers: its JSON, whichever 2xx status it has. */
export type Answer<P extends keyof paths, M extends Method> =
  Operation<P, M> extends { responses: infer Responses } ? JsonOf<Responses[keyof Responses]> : never;

/** The paths that take this method and answer with JSON. */
export type PathWith<M extends Method> = {
  [P in keyof paths]: [Answer<P, M>] extends [never] ? never : P;
}[keyof paths];

type Parameters_<O> = O extends { parameters: infer P } ? P : never;
/** A part that must be given when anything in it must. */
type Part<Name extends string, Value> = [NonNullable<Value>] extends [never]
  ? unknown
  : object extends Value
    ? { [N in Name]?: NonNullable<Value> }
    : { [N in Name]: Value };
type BodyOf<O> = O extends { requestBody: { content: { 'application/json': infer Body } } }
  ? { body: Body }
  : O extends { requestBody?: { content: { 'application/json': infer Body } } }
    ? Part<'body', Body>
    : unknown;

/** What a call is given: the parts of its path, its query, its body. */
export type Given<P extends keyof paths, M extends Method> = Part<
  'path',
  Parameters_<Operation<P, M>> extends { path?: infer Path } ? Path : never
> &
  Part<'query', Parameters_<Operation<P, M>> extends { query?: infer Query } ? Query : never> &
  BodyOf<Operation<P, M>>;

/** `get(path)` where nothing must be given, `get(path, given)` where something must. */
export type Arguments<Options> = object extends Options ? [given?: Options] : [given: Options];
