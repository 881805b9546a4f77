import type { Actor, AuditEntry, Dotted, EventRef, Tx } from '@guildhall/sdk'
import type { Client, QueryConfig } from 'pg'
import type { Sequelize } from 'sequelize'
import type { Clock } from '../clock.ts'
import { frequentName, preparedName } from './prepared-name.ts'
import { ReadingUnit, type Statements } from './reading-unit.ts'
import { openTenantTransaction, type TenantTransaction, together } from './tenant-transactions.ts'

/** What a unit of work remembers until just before its commit. */
export interface Effects {
  readonly events: { readonly event: EventRef; readonly payload: unknown }[]
  readonly jobs: { readonly job: string; readonly input: unknown; readonly runAt?: Date; readonly key?: string }[]
  readonly audit: AuditEntry[]
  accessChanged: boolean
}

/** For whom a unit is opened. */
export interface UnitScope {
  readonly tenantId: string
  readonly actor: Actor
  readonly requestId?: string
  readonly sessionId?: string
  readonly address?: string
  readonly reading?: boolean
}

/**
 * Sends the effects inside the transaction, in as few statements as it can. Resolves as soon as they are sent, so that
 * COMMIT can follow in the same packet; the results tell how each went.
 */
export type WriteEffects = (
  connection: Client,
  scope: UnitScope,
  effects: Effects,
  at: Date,
) => Promise<readonly Promise<unknown>[]>

/** A unit that somebody else ends: used where the answer itself has to be stored before the commit. */
export interface OpenUnit {
  readonly tx: Tx
  commit(): Promise<void>
  rollback(): Promise<void>
}

const modelsOf = new WeakMap<Sequelize, Map<unknown, unknown>>()

function modelsFor<M>(sequelize: Sequelize, define: (sequelize: Sequelize) => M): M {
  const made = modelsOf.get(sequelize) ?? new Map<unknown, unknown>()
  modelsOf.set(sequelize, made)
  if (!made.has(define)) made.set(define, define(sequelize))
  return made.get(define) as M
}

/**
 * Opens units of work on one pool: BEGIN with the tenant in one message, the work, the effects, COMMIT.
 * ARCHITECTURE §3 steps 6 and 7.
 */
export class UnitsOfWork {
  readonly #sequelize: Sequelize
  readonly #write: WriteEffects
  readonly #clock: Clock
  readonly #accessChanged: (tenantId: string) => void

  constructor(o: {
    sequelize: Sequelize
    writeEffects: WriteEffects
    clock: Clock
    /** Called after a commit that changed who may do what, before the answer goes out. */
    onAccessChanged?: (tenantId: string) => void
  }) {
    this.#sequelize = o.sequelize
    this.#write = o.writeEffects
    this.#clock = o.clock
    this.#accessChanged = o.onAccessChanged ?? (() => {})
  }

  /** Runs `fn` in one transaction of the tenant; commits when it returns, rolls back when it throws. */
  async run<R>(scope: UnitScope, fn: (tx: Tx) => Promise<R>): Promise<R> {
    const unit = await this.open(scope)
    let result: R
    try {
      result = await fn(unit.tx)
    } catch (error) {
      await unit.rollback()
      throw error
    }
    await unit.commit()
    return result
  }

  async open(scope: UnitScope): Promise<OpenUnit> {
    const begin = () => openTenantTransaction(this.#sequelize, scope.tenantId, scope.reading === true)
    const first = await begin()
    const effects: Effects = { events: [], jobs: [], audit: [], accessChanged: false }
    if (!scope.reading) {
      const statements = {
        current: () => first,
        query: <Row extends object>(statement: QueryConfig) => first.connection.query<Row>(statement),
      }
      return {
        tx: this.#tx(statements, scope, effects),
        rollback: () => first.rollback(),
        commit: () => this.#commit(first, scope, effects),
      }
    }
    const reading = new ReadingUnit(first, begin)
    return {
      tx: this.#tx(reading, scope, effects),
      rollback: () => reading.rollback(),
      commit: async () => reading.end(),
    }
  }

  async #commit(opened: TenantTransaction, scope: UnitScope, effects: Effects): Promise<void> {
    together(opened.connection)
    let sent: readonly Promise<unknown>[]
    try {
      sent = await this.#write(opened.connection, scope, effects, this.#clock.now())
    } catch (error) {
      await opened.rollback()
      throw error
    }
    const [committed, ...results] = await Promise.allSettled([opened.commit(), ...sent])
    // The first fault is the cause; that COMMIT became a rollback is what followed from it.
    for (const result of [...results, committed]) if (result.status === 'rejected') throw result.reason
    if (effects.accessChanged) this.#accessChanged(scope.tenantId)
  }

  #tx(statements: Statements, scope: UnitScope, effects: Effects): Tx {
    const effect = (what: string) => {
      if (scope.reading) throw new Error(`A reading unit of work has no effects: ${what}`)
    }
    return {
      tenantId: scope.tenantId,
      actor: scope.actor,
      readOnly: scope.reading === true,
      get sequelize() {
        return statements.current().transaction
      },
      now: () => this.#clock.now(),
      query: async <Row extends object>(
        text: string,
        bind: readonly unknown[] = [],
        o: { last?: boolean; prepared?: boolean } = {},
      ) => {
        const values = bind as unknown[]
        // What is said to be the last statement of a unit is mostly all it reads: a page, a record.
        const name = o.prepared ? preparedName(text) : o.last ? frequentName(text) : undefined
        const statement = name === undefined ? { text, values } : { name, text, values }
        return (await statements.query<Row>(statement, o.last === true)).rows
      },
      models: (define) => modelsFor(this.#sequelize, define),
      emit: async (event, payload) => {
        effect(`emit ${event.id}`)
        effects.events.push({ event, payload })
      },
      enqueue: async (job: Dotted, input, o = {}) => {
        effect(`enqueue ${job}`)
        effects.jobs.push({ job, input, ...o })
      },
      audit: async (entry) => {
        effect(`audit ${entry.action}`)
        effects.audit.push(entry)
      },
      accessChanged: () => {
        effect('accessChanged')
        effects.accessChanged = true
      },
    }
  }
}
