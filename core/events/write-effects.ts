import { randomUUID } from 'node:crypto'
import type { Client } from 'pg'
import type { PgBoss } from 'pg-boss'
import { v7 as uuidv7 } from 'uuid'
import { actorColumns } from '../audit/actor.ts'
import { preparedName } from '../database/prepared-name.ts'
import type { Effects, UnitScope, WriteEffects } from '../database/unit-of-work.ts'
import { changedChannel } from '../invalidation/listener.ts'
import { dispatchJob } from './dispatch.ts'

const insertEffects = `
WITH events AS (
  INSERT INTO core.event (tenant_id, id, name, version, payload, actor, request_id, at)
  SELECT $1, id, name, version, payload, $4, $5, $6
    FROM jsonb_to_recordset($2) AS e (id uuid, name text, version integer, payload jsonb))
INSERT INTO core.audit_event (tenant_id, id, at, event, outcome, actor_kind, actor_id, on_behalf_of, platform,
                              session_id, request_id, address, target_type, target_id, changed, meta)
SELECT $1, id, $6, event, 'success', $7, $8, $9, $10, $11, $5, $12, target_type, target_id,
       ARRAY(SELECT jsonb_array_elements_text(changed)), meta
  FROM jsonb_to_recordset($3) AS a (id uuid, event text, target_type text, target_id text, changed jsonb, meta jsonb)`

/**
 * Sends what a unit of work remembered: events and audit rows in one statement, those of a large unit in several; jobs
 * with one insert a queue.
 * `hasSubscribers` spares the dispatch of an event that nobody listens to in this organisation; its row is written all
 * the same. A unit that changes who may do what may be switching a listener on: then it is asked without organisation.
 */
export function effectsWriter(o: {
  boss: () => PgBoss
  hasSubscribers: (event: string, tenantId: string | null) => boolean
}): WriteEffects {
  return async (connection, scope, effects, at) => {
    const events = effects.events.map(({ event, payload }) => ({
      id: uuidv7(),
      name: event.id,
      version: event.version,
      payload,
    }))
    const sent: Promise<unknown>[] = []
    const actor = actorColumns(scope.actor)
    for (let from = 0; from < Math.max(events.length, effects.audit.length); from += mostRows) {
      const bind = [
        scope.tenantId,
        JSON.stringify(events.slice(from, from + mostRows)),
        JSON.stringify(effects.audit.slice(from, from + mostRows).map(auditRow)),
        JSON.stringify(scope.actor),
        scope.requestId ?? null,
        at,
        actor.kind,
        actor.id,
        actor.onBehalfOf,
        actor.platform,
        scope.sessionId ?? null,
        scope.address ?? null,
      ]
      sent.push(watched(connection.query({ name: 'guildhall-effects', text: insertEffects, values: bind })))
    }
    if (effects.accessChanged) sent.push(watched(connection.query(changeEpoch, [scope.tenantId])))
    const where = effects.accessChanged ? null : scope.tenantId
    const heard = events.filter((event) => o.hasSubscribers(event.name, where)).map((event) => event.id)
    sent.push(...(await sendJobs(o.boss(), connection, scope, effects, heard)))
    return sent
  }
}

/** What one statement takes, and how many events one job dispatches: what is undone at once may have raised any number. */
const mostRows = 5_000
const mostDispatched = 500

const changeEpoch = `
WITH e AS (INSERT INTO core.epoch (tenant_id) VALUES ($1) ON CONFLICT (tenant_id) DO UPDATE SET value = core.epoch.value + 1)
SELECT pg_notify('${changedChannel}', $1::text)`

/** Looked at together with the others; until then a rejection is nobody's. */
function watched<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {})
  return promise
}

const auditRow = (entry: Effects['audit'][number]) => ({
  id: uuidv7(),
  event: entry.action,
  target_type: entry.target?.type ?? null,
  target_id: entry.target?.id ?? null,
  changed: entry.changed ?? [],
  meta: entry.meta ?? {},
})

/** One insert a queue, each sent before this resolves. */
async function sendJobs(
  boss: PgBoss,
  connection: Client,
  scope: UnitScope,
  effects: Effects,
  heard: readonly string[],
): Promise<Promise<unknown>[]> {
  const inserts: Promise<unknown>[] = []
  for (const [name, jobs] of jobsByQueue(scope, effects, heard)) {
    const { promise: submitted, resolve } = Promise.withResolvers<void>()
    const db = {
      executeSql: (text: string, values?: unknown[]) => {
        // One text a queue, sent all the time: planning it costs more than carrying it out.
        const result = connection.query({ name: preparedName(text), text, values: values as unknown[] })
        resolve()
        return result
      },
    }
    const insert = watched(boss.insert(name, [...jobs.values()], { db }))
    await Promise.race([submitted, insert])
    inserts.push(insert)
  }
  return inserts
}

function jobsByQueue(scope: UnitScope, effects: Effects, heard: readonly string[]): Map<string, Map<string, object>> {
  const queues = new Map<string, Map<string, object>>()
  const add = (name: string, input: unknown, o: { runAt?: Date; key?: string } = {}) => {
    const job = {
      data: {
        tenant: scope.tenantId,
        input,
        actor: scope.actor,
        ...(scope.requestId ? { cause: scope.requestId } : {}),
      },
      // Under the policy `short` one job a key waits at a time: a job without a key of its own gets one nobody shares.
      singletonKey: `${scope.tenantId}:${o.key ?? randomUUID()}`,
      group: { id: scope.tenantId },
      ...(o.runAt ? { startAfter: o.runAt.toISOString() } : {}),
    }
    const jobs = queues.get(name) ?? new Map<string, object>()
    // Asked for twice in one unit of work is asked for once; the last word counts.
    queues.set(name, jobs.set(job.singletonKey, job))
  }
  for (const job of effects.jobs) add(job.job, job.input, job)
  for (let from = 0; from < heard.length; from += mostDispatched)
    add(dispatchJob, { events: heard.slice(from, from + mostDispatched) })
  return queues
}
