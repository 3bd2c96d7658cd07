import type { components, paths } from './schema'

/** A shape of the API by its name in the document, as `Schema<'Application'>`. */
export type Schema<Name extends keyof components['schemas']> = components['schemas'][Name]

export type Method = 'get' | 'post' | 'put' | 'delete'

/** The addresses that know a method. */
export type PathOf<M extends Method> = {
  [P in keyof paths]: paths[P] extends Record<M, { responses: unknown }> ? P : never
}[keyof paths]

type Operation<P extends keyof paths, M extends Method> = paths[P] extends Record<M, infer Found> ? Found : never

type Json<Answers, Status extends number> = Answers extends Record<Status, { content: { 'application/json': infer Body } }>
  ? Body
  : never

/** What a call answers: the body of its 200, 201 or 202, or nothing. */
export type Answer<P extends keyof paths, M extends Method> =
  Operation<P, M> extends { responses: infer Answers }
    ? [Json<Answers, 200> | Json<Answers, 201> | Json<Answers, 202>] extends [never]
      ? undefined
      : Json<Answers, 200> | Json<Answers, 201> | Json<Answers, 202>
    : never

type BodyOf<Op> = Op extends { requestBody?: { content: { 'application/json': infer Body } } } ? Body : never
type QueryOf<Op> = Op extends { parameters: { query?: infer Query } } ? NonNullable<Query> : never
type PathParts<P extends string> = P extends `${string}{${infer Name}}${infer Rest}` ? Name | PathParts<Rest> : never

/** What a call takes: the parts of its address, its query, its body, and how it is to be sent. */
export interface Ask<P extends keyof paths, M extends Method> {
  path?: Record<PathParts<P & string>, string>
  query?: QueryOf<Operation<P, M>>
  body?: BodyOf<Operation<P, M>>
  /** One key per action of the person, kept over retries, so that nothing is done twice. */
  key?: string
  /** Milliseconds to wait for the answer. */
  timeout?: number
}
