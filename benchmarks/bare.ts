/**
 * What the platform is measured against: Fastify and pg, one statement an answer, nothing else. It gets the statements
 * by standard input, as the platform itself sends them, and prints its port.
 */
import { randomUUID } from 'node:crypto'
import { text } from 'node:stream/consumers'
import Fastify from 'fastify'
import pg from 'pg'
import type { Statement } from './statements.ts'

interface Task {
  readonly url: string
  readonly list: Statement
  readonly get: Statement
  readonly search: Statement
  readonly create: Statement
  /** The id in `get`'s parameters, and the number that makes a created member's address its own. */
  readonly sample: { readonly id: string; readonly mark: string }
}

const task = JSON.parse(await text(process.stdin)) as Task
const [tenant] = task.list.bind
// The search function reads it: without, it would find nobody, and be quick about it.
const pool = new pg.Pool({ connectionString: task.url, max: 10, options: `-c app.tenant=${String(tenant)}` })
for (const { sql, bind } of [task.list, task.get, task.search])
  if ((await pool.query(sql, bind as unknown[])).rows.length === 0) throw new Error(`It finds nothing: ${sql}`)
const app = Fastify()

const replaced = (bind: readonly unknown[], from: string, to: string): unknown[] =>
  bind.map((value) => (typeof value === 'string' ? value.replaceAll(from, to) : value))

app.get('/list', async () => ({ items: (await pool.query(task.list.sql, task.list.bind as unknown[])).rows }))
app.get('/search', async () => ({ items: (await pool.query(task.search.sql, task.search.bind as unknown[])).rows }))
app.get<{ Params: { id: string } }>('/get/:id', async (request, reply) => {
  const { rows } = await pool.query(task.get.sql, replaced(task.get.bind, task.sample.id, request.params.id))
  return rows[0] ?? reply.code(404).send({})
})
const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g
/** The statement again, for another row: every id in it but the organisation's is a new one. */
function another(bind: readonly unknown[]): unknown[] {
  const [tenant] = bind
  const fresh = new Map<string, string>()
  const anew = (id: string) => (id === tenant ? id : (fresh.get(id) ?? fresh.set(id, randomUUID()).get(id)!))
  return bind.map((value) => (typeof value === 'string' ? value.replace(uuid, anew) : value))
}

const { mark } = task.sample
let made = 0
app.post('/create', async (request, reply) => {
  const bind = replaced(another(task.create.bind), mark, `bare-${process.pid}-${++made}`)
  await pool.query(task.create.sql, bind)
  return reply.code(201).send({ id: made, ...(request.body as object) })
})
process.once('SIGTERM', () => void app.close().then(() => pool.end()))
console.log(await app.listen({ port: 0, host: '127.0.0.1' }))
