/** What every handler gets: one tenant, one actor, and effects that exist only inside a unit of work. */
import type { Sequelize, Transaction } from 'sequelize'
import type { Static, TSchema } from 'typebox'
import type { Reach } from './permissions.ts'
import type { Dotted, EventRef, ExtensionPoint, Nothing, Resolved, Services } from './refs.ts'

export type Actor =
  | {
      readonly kind: 'user' | 'token' | 'serviceAccount'
      readonly id: string
      readonly userId?: string
      /** The person who made a token or service account: it does not edit his grants for him. */
      readonly madeBy?: string
      readonly platform?: boolean
    }
  | {
      readonly kind: 'bot'
      /** Of the installation. */
      readonly id: string
      readonly runId: string
      /** `user`, `token` or `serviceAccount`; what the bot may do is what he may do now. */
      readonly installedBy: { readonly kind: string; readonly id: string; readonly madeBy?: string }
    }
  | {
      readonly kind: 'system'
      readonly reason: string
      /** Whose request the work goes back to; his rights are asked where the work grants something. */
      readonly onBehalfOf?: { readonly kind: string; readonly id: string; readonly madeBy?: string }
      /** The bot's run it goes back to, through however many jobs and events: chains of bots end by it. */
      readonly bot?: { readonly id: string; readonly runId: string }
    }
  | { readonly kind: 'anonymous' }

/** The person whose hand an actor is: himself, or who made the credential, installed the bot, asked for the work. */
export function handOf(actor: Actor): string | null {
  switch (actor.kind) {
    case 'user':
      return actor.id
    case 'token':
    case 'serviceAccount':
      return actor.madeBy ?? actor.userId ?? null
    case 'bot':
      return personOf(actor.installedBy)
    case 'system':
      return actor.onBehalfOf ? personOf(actor.onBehalfOf) : null
    case 'anonymous':
      return null
  }
}

const personOf = (who: { kind: string; id: string; madeBy?: string }): string | null =>
  who.kind === 'user' ? who.id : (who.madeBy ?? null)

export interface Log {
  debug(o: object, m: string): void
  info(o: object, m: string): void
  warn(o: object, m: string): void
  error(o: object, m: string): void
}

export interface AuditEntry {
  readonly action: Dotted
  readonly target?: { readonly type: string; readonly id: string }
  /** Names of changed fields; values never go into the trail in clear. */
  readonly changed?: readonly string[]
  readonly meta?: Readonly<Record<string, unknown>>
}

/**
 * One unit of work: a transaction of one tenant. Effects exist only here, so they commit with the data or not at all;
 * they are written together just before the commit.
 */
export interface Tx {
  readonly tenantId: string
  readonly actor: Actor
  readonly readOnly: boolean
  /** Sequelize's transaction: pass it to every model call. */
  readonly sequelize: Transaction
  now(): Date
  /**
   * Parameterised SQL (`$1`, `$2`, ...). Row-level security is on, and the statement names `tenant_id` all the same:
   * each of the two walls must hold alone.
   * @param o.last in a reading unit: most likely nothing is read after this, so the end of the transaction goes out with
   * it. A statement that follows all the same begins another one; in a writing unit none of this happens. A text that
   * comes again and again is kept parsed and planned.
   * @param o.prepared kept parsed and planned on each connection: for a text that never changes and is sent all the time
   */
  query<Row extends object = Record<string, unknown>>(
    sql: string,
    bind?: readonly unknown[],
    o?: { readonly last?: boolean; readonly prepared?: boolean },
  ): Promise<Row[]>
  /** Models of this process, made once per connection pool: `tx.models(planModels).Plan.findOne({ where, transaction: tx.sequelize })`. */
  models<M>(define: (sequelize: Sequelize) => M): M
  emit<S extends TSchema>(event: EventRef<S>, payload: Static<S>): Promise<void>
  /** `key` makes the job unique while one with the same key is waiting. */
  enqueue(job: Dotted, input: unknown, o?: { runAt?: Date; key?: string }): Promise<void>
  audit(entry: AuditEntry): Promise<void>
  /** To be called by whatever changes who may do what: compiled permissions of this organisation are dropped on every node after the commit. */
  accessChanged(): void
}

export interface Context<
  U extends Services = Nothing,
  O extends Services = Nothing,
  C = unknown,
  P extends string = string,
> {
  readonly tenantId: string
  readonly actor: Actor
  readonly config: Readonly<C>
  /** Optional ones are undefined when their plugin is off in this organisation. */
  readonly use: Resolved<U> & Partial<Resolved<O>>
  /** Aborts on time-out, shutdown, and when the plugin is switched off here. */
  readonly signal: AbortSignal
  readonly log: Log
  now(): Date
  /**
   * Asks again with the row at hand (ARCHITECTURE §3 step 4).
   * @throws Problem 404 when the actor's reading permission does not reach the row, else 403.
   */
  require(permission: P, at?: Place): Promise<void>
  /** Whether the actor holds the permission at the place; without one: anywhere. */
  may(permission: string, at?: Place): boolean
  /** Where the permission reaches, to become SQL in lists (`reachSql`). */
  reach(permission: P): Reach
  /** What enabled plugins contribute here. */
  contributions<T>(point: ExtensionPoint<T>): readonly T[]
  /** Opens the unit of work: writing in a writing request, a job or an action; read-only in GET. One writing unit at a time. */
  transaction<R>(fn: (tx: Tx) => Promise<R>): Promise<R>
  /** A read-only unit, whatever the entry. */
  read<R>(fn: (tx: Tx) => Promise<R>): Promise<R>
}

/** Where a row stands in the tree of groups, and whose own record it is. */
export interface Place {
  /** Paths of the groups the row belongs to; '' or none: only the whole organisation covers it. */
  readonly paths?: readonly string[]
  /** The member whose own record this is. */
  readonly self?: string
  /** The permission that decides between 404 and 403; default: the plugin's reading permission of the same resource. */
  readonly readable?: string
}
