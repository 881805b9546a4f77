/** Routes of a plugin: what is declared of a call, and what its handler gets and gives. */
import type { Readable } from 'node:stream'
import type { FastifyPluginAsync } from 'fastify'
import type { Static, TObject, TSchema } from 'typebox'
import type { Problem, ProblemKind } from './problems.ts'
import type { Nothing } from './refs.ts'

/** Who may call a route. One that declares nothing stops the boot. */
export type Access<P extends string> =
  | {
      readonly requires: P
      /** Holding it for the own record is enough to come in; `ctx.require(..., { self })` then asks with the row. Default: it is not. */
      readonly own?: true
    }
  | { readonly signedIn: true; readonly because: string }
  | {
      readonly public: true
      readonly because: string
      /** The organisation the call speaks about; null gives the same 404 as a plugin that is off. */
      readonly tenant: (req: PublicRequest, lookup: Lookup) => Promise<string | null>
    }
export interface PublicRequest {
  readonly params: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, unknown>>
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
}
/** Look-ups before the tenant is known: a SECURITY DEFINER function keyed by a hash, giving one organisation's id. */
export type Lookup = (fn: `${string}.${string}`, key: string) => Promise<string | null>

export interface RequestFacts {
  readonly id: string
  /** Truncated: the last octet or the last 80 bits are zero. */
  readonly address: string
  readonly language: 'de' | 'en'
  /** Versions named in `If-Match`; null without the header. `requireVersion` compares. */
  readonly ifMatch: readonly number[] | null
}

interface RouteBase<P extends string, Pa extends TObject, Q extends TObject> {
  readonly url: string
  readonly access: Access<P>
  readonly summary: string
  readonly description?: string
  readonly tags?: readonly string[]
  /** Calls a minute per principal (or address, without one); default: the platform's. `strict` fails closed. */
  readonly rateLimit?: { readonly max: number; readonly perSeconds: number; readonly strict?: boolean }
  /** Problems this route raises beside those every route may. */
  readonly problems?: readonly ProblemKind[]
  readonly schema: { readonly params?: Pa; readonly query?: Q }
}
export interface JsonRoute<
  X,
  P extends string,
  Pa extends TObject,
  Q extends TObject,
  B extends TSchema,
  R extends TSchema,
> extends Omit<RouteBase<P, Pa, Q>, 'schema'> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly schema: { readonly params?: Pa; readonly query?: Q; readonly body?: B; readonly response: R }
  readonly status?: 200 | 201 | 202 | 204
  /**
   * A POST that only asks, because its question is too long for an address: it changes nothing, and so needs no
   * Idempotency-Key. Default: it may change something.
   */
  readonly reads?: true
  /**
   * Whether the handler compares `facts.ifMatch` (`requireVersion`). Where it does not, the header is refused, so that
   * nobody thinks himself safe. Default: PUT, PATCH and DELETE do, POST does not.
   */
  readonly ifMatch?: boolean
  /**
   * The answer counts no changes, such as a list that is read and replaced as a whole: its ETag is made of what it holds,
   * and `readToReplace` compares. Default: the ETag is the answer's `version`, or there is none.
   */
  readonly contentVersion?: true
  /** Bytes; default 1 MiB. */
  readonly bodyLimit?: number
  /** Answers 201 carry `Location: <this>/<id>`; default: the route's own address. */
  readonly location?: string
  /** Secrets of the answer that are shown this once: not kept for a repeated request with the same Idempotency-Key. */
  readonly once?: readonly (keyof Static<R> & string)[]
  /**
   * It does what no unit of work takes back, such as sending at once: a repeated request with the same Idempotency-Key
   * then gets 409 until the first has its answer. Default: all it does stands in the database.
   */
  readonly outside?: true
  /** What a browser sees that prefers HTML: a plain page of the answer, or of whatever was refused. It may also post a form. */
  readonly page?: (
    outcome: { answer: Static<R> } | { problem: Problem },
    req: { language: 'de' | 'en'; path: string },
  ) => PlainPage
  /** The body is not read but handed over as it came, of any type, in `raw`: for calls that are signed. */
  readonly rawBody?: true
  handler(
    ctx: X,
    req: { params: Static<Pa>; query: Static<Q>; body: Static<B>; facts: RequestFacts; raw?: RawRequest },
  ): Promise<Static<R>>
  /**
   * A GET whose caller prefers `text/event-stream` gets this instead: server-sent events until he leaves. `signal`
   * aborts then; `lastEventId` is the header's.
   */
  readonly stream?: (
    ctx: X,
    req: {
      params: Static<Pa>
      query: Static<Q>
      facts: RequestFacts
      signal: AbortSignal
      lastEventId: string | null
    },
  ) => AsyncIterable<ServerSentEvent>
}
/** Only where a route has `rawBody`. */
export interface RawRequest {
  readonly bytes: Uint8Array
  readonly headers: PublicRequest['headers']
}
export interface ServerSentEvent {
  readonly id?: string
  /** Default `message`. */
  readonly event?: string
  readonly data: unknown
}
export interface Download {
  readonly fileName: string
  readonly type: string
  readonly body: Readable
}
/** The platform renders it and escapes every text. */
export interface PlainPage {
  readonly title: string
  /** A paragraph each. */
  readonly text?: readonly string[]
  /** Posts to the address of the page. */
  readonly button?: string
  readonly link?: { readonly href: string; readonly text: string }
}
export interface DownloadRoute<X, P extends string, Pa extends TObject, Q extends TObject> extends RouteBase<P, Pa, Q> {
  readonly method?: 'GET'
  /** Media types it may give, for the document. */
  readonly produces: readonly string[]
  handler(ctx: X, req: { params: Static<Pa>; query: Static<Q>; facts: RequestFacts }): Promise<Download>
}
/**
 * A file of a multipart request, already on disk in the organisation's folder. The handler owns it from then on; where it
 * throws, the file is deleted.
 */
export interface Upload {
  readonly path: string
  readonly fileName: string
  readonly bytes: number
  /** The other parts, as text. */
  readonly fields: Readonly<Record<string, string>>
}
export interface UploadRoute<X, P extends string, Pa extends TObject, Q extends TObject, R extends TSchema>
  extends Omit<RouteBase<P, Pa, Q>, 'schema'> {
  readonly schema: { readonly params?: Pa; readonly query?: Q; readonly response: R; readonly fields?: TObject }
  readonly status?: 200 | 201 | 202
  readonly maxBytes: number
  handler(ctx: X, req: { params: Static<Pa>; query: Static<Q>; file: Upload; facts: RequestFacts }): Promise<Static<R>>
}
export interface PageRoute<X, P extends string, Pa extends TObject, Q extends TObject> extends RouteBase<P, Pa, Q> {
  readonly method?: 'GET' | 'POST'
  /** A plain HTML page; everything in it escaped by the author of the route. */
  handler(ctx: X, req: { params: Static<Pa>; query: Static<Q>; facts: RequestFacts }): Promise<string>
}
export interface Router<X, P extends string> {
  route<
    Pa extends TObject = TObject<Nothing>,
    Q extends TObject = TObject<Nothing>,
    B extends TSchema = TSchema,
    R extends TSchema = TSchema,
  >(o: JsonRoute<X, P, Pa, Q, B, R>): void
  download<Pa extends TObject = TObject<Nothing>, Q extends TObject = TObject<Nothing>>(
    o: DownloadRoute<X, P, Pa, Q>,
  ): void
  upload<Pa extends TObject = TObject<Nothing>, Q extends TObject = TObject<Nothing>, R extends TSchema = TSchema>(
    o: UploadRoute<X, P, Pa, Q, R>,
  ): void
  page<Pa extends TObject = TObject<Nothing>, Q extends TObject = TObject<Nothing>>(o: PageRoute<X, P, Pa, Q>): void
  /** The escape hatch: a Fastify plugin, still behind the tenant gate and the declared access. */
  raw(prefix: string, plugin: FastifyPluginAsync, access: Access<P>): void
}
