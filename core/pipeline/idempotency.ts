import { createHash } from 'node:crypto'
import { Problem, problems, type Tx } from '@guildhall/sdk'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { OpenUnit, UnitScope, UnitsOfWork } from '../database/unit-of-work.ts'
import { takesKey } from '../http/request-headers.ts'

/** A unit of work that stays open until the answer is known, so that both commit together. */
export interface HeldUnit {
  readonly run: <R>(scope: UnitScope, fn: (tx: Tx) => Promise<R>) => Promise<R>
}

interface Stored {
  fingerprint: string
  status: number | null
  headers: Record<string, string> | null
  body: string | null
}

/** The key's rules: draft-ietf-httpapi-idempotency-key-header. Ours lives 24 hours. */
const keyPattern = /^[\x21-\x7e]{1,255}$/

const kept = ['etag', 'location', 'content-type'] as const

interface Repeating {
  /** What was sent: the same key with another one is refused. */
  readonly content: () => string
  /** Names of the answer's fields that a repeated request does not get; default: none. */
  readonly once?: readonly string[] | undefined
  /** What it does cannot be taken back with a unit of work; default false. */
  readonly outside?: boolean | undefined
}

/**
 * POST with an Idempotency-Key. The first request inserts the key in its own unit of work and stores its answer there;
 * a second one waits for that commit at the unique index, then gets the stored answer. A request that fails leaves no
 * key behind, because nothing of it was committed.
 */
export async function idempotently(
  units: UnitsOfWork,
  request: FastifyRequest,
  reply: FastifyReply,
  handle: (held: HeldUnit | undefined) => Promise<string>,
  { content, once = [], outside = false }: Repeating,
): Promise<string> {
  const key = request.headers['idempotency-key']
  const { principal } = request.guildhall
  if (key === undefined || !takesKey(request.method, request.routeOptions.config) || !principal)
    return handle(undefined)
  if (Array.isArray(key) || !keyPattern.test(key))
    throw new Problem(problems.validationFailed, {
      errors: [
        { pointer: '/idempotency-key', message: 'must be 1 to 255 visible characters, sent once', in: 'header' },
      ],
    })

  const id = [request.guildhall.tenantId, `${principal.kind}:${principal.id}`, request.routeOptions.url ?? '', key]
  const fingerprint = createHash('sha256').update(request.url).update('\0').update(content()).digest('hex')
  const kept: KeptRequest = { id, fingerprint, without: (body) => without(body, once) }
  if (outside) return beforehand(units, request, reply, { handle: () => handle(undefined), kept })
  let unit: OpenUnit | undefined
  let stored: Stored | undefined
  const held: HeldUnit = {
    run: async (scope, fn) => {
      if (unit) throw new Error('A route with an Idempotency-Key has one writing unit of work')
      const open = await units.open(scope)
      try {
        stored = await claim(open.tx, id, fingerprint)
        if (stored) throw new Replay()
        unit = open
        return await fn(open.tx)
      } catch (error) {
        unit = undefined
        await open.rollback()
        throw error
      }
    },
  }
  try {
    const body = await handle(held)
    if (unit) await store(unit.tx, id, reply, without(body, once))
    await unit?.commit()
    return body
  } catch (error) {
    if (error instanceof Replay && stored) return replay(reply, stored, fingerprint)
    await unit?.rollback()
    throw error
  }
}

interface KeptRequest {
  readonly id: readonly string[]
  readonly fingerprint: string
  readonly without: (body: string) => string
}

/**
 * What acts outside the database is not open in a unit of work while it does. Its key is there before, and nobody acts a
 * second time: until the answer is known, and where the process ended in between, a repetition is told so.
 */
async function beforehand(
  units: UnitsOfWork,
  request: FastifyRequest,
  reply: FastifyReply,
  { handle, kept: { id, fingerprint, without } }: { handle: () => Promise<string>; kept: KeptRequest },
): Promise<string> {
  const { tenantId, actor } = request.guildhall
  const scope = { tenantId, actor, requestId: request.id }
  const stored = await units.run(scope, (tx) => claim(tx, id, fingerprint))
  if (stored) return replay(reply, stored, fingerprint)
  try {
    const body = await handle()
    await units.run(scope, (tx) => store(tx, id, reply, without(body)))
    return body
  } catch (error) {
    await units.run(scope, (tx) => release(tx, id))
    throw error
  }
}

/** Thrown to leave the handler when the answer is there already. */
class Replay extends Error {}

async function claim(tx: Tx, id: readonly string[], fingerprint: string): Promise<Stored | undefined> {
  const claimed = await tx.query(
    `INSERT INTO core.idempotency (tenant_id, principal, route, key, fingerprint, created_at)
     VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING RETURNING key`,
    [...id, fingerprint, tx.now()],
  )
  if (claimed.length > 0) return undefined
  const [row] = await tx.query<Stored>(
    'SELECT fingerprint, status, headers, body FROM core.idempotency WHERE tenant_id = $1 AND principal = $2 AND route = $3 AND key = $4',
    id,
  )
  if (!row) throw inProgress()
  return row
}
const inProgress = () => new Problem(problems.idempotencyInProgress, { headers: { 'retry-after': '1' } })

const release = (tx: Tx, id: readonly string[]) =>
  tx.query('DELETE FROM core.idempotency WHERE tenant_id = $1 AND principal = $2 AND route = $3 AND key = $4', id)

/** The answer as it may be kept: a secret that is shown once stands nowhere in clear. */
function without(body: string, once: readonly string[]): string {
  if (once.length === 0 || body === '') return body
  const kept = Object.entries(JSON.parse(body) as object).filter(([name]) => !once.includes(name))
  return JSON.stringify(Object.fromEntries(kept))
}

async function store(tx: Tx, id: readonly string[], reply: FastifyReply, body: string): Promise<void> {
  const headers = Object.fromEntries(
    kept.flatMap((name) => (reply.hasHeader(name) ? [[name, String(reply.getHeader(name))]] : [])),
  )
  await tx.query(
    `UPDATE core.idempotency SET status = $5, headers = $6, body = $7
      WHERE tenant_id = $1 AND principal = $2 AND route = $3 AND key = $4`,
    [...id, reply.statusCode, JSON.stringify(headers), body],
  )
}

function replay(reply: FastifyReply, stored: Stored, fingerprint: string): string {
  if (stored.fingerprint !== fingerprint) throw new Problem(problems.idempotencyMismatch)
  if (stored.status === null) throw inProgress()
  reply.code(stored.status)
  for (const [name, value] of Object.entries(stored.headers ?? {})) reply.header(name, value)
  reply.header('idempotency-replayed', 'true')
  return stored.body ?? ''
}
