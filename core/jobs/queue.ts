import pg from 'pg'
import { PgBoss } from 'pg-boss'
import type { Transaction } from 'sequelize'
import { applicationName } from '../database/connections.ts'
import { connectionOf } from '../database/query.ts'
import { type DatabaseRoles, quote } from '../database/roles.ts'

/** What travels in a job: ids only, and the organisation, which row-level security checks at the insert. */
export interface JobData {
  readonly tenant: string
  readonly input: unknown
  readonly actor: unknown
  /** The event or request that caused it. */
  readonly cause?: string
}

/** How one job's queue behaves; from the plugin's declaration. */
export interface QueueSpec {
  readonly name: string
  readonly attempts: number
  readonly timeoutMs: number
  readonly prompt: boolean
}

/** Seconds between polls. Of prompt jobs a node hears, and looks at once when it could not hear for a while. */
export const pollingSeconds = { prompt: 30, background: 5 }

export const deadLetterQueue = 'core.dead-letter'

/**
 * Installs pg-boss' schema as the platform role, then opens the one door the serving role needs: inserting jobs of its
 * own organisation inside its own transaction. Payloads of others stay unreadable.
 */
export async function installQueue(o: { client: pg.Client; platformUrl: string; roles: DatabaseRoles }): Promise<void> {
  const { client, roles } = o
  await client.query(`CREATE SCHEMA IF NOT EXISTS pgboss AUTHORIZATION ${quote(roles.platform)}`)
  const boss = new PgBoss({
    connectionString: o.platformUrl,
    migrate: true,
    createSchema: false,
    supervise: false,
    schedule: false,
    max: 2,
  })
  await boss.start()
  await boss.stop({ graceful: false })
  const { rows } = await client.query(
    `SELECT EXISTS (SELECT 1 FROM pg_policies WHERE schemaname = 'pgboss' AND policyname = 'tenant_insert') AS present`,
  )
  if ((rows[0] as { present: boolean }).present) return
  await asPlatform(o.platformUrl, [
    `GRANT USAGE ON SCHEMA pgboss TO ${quote(roles.rw)}`,
    `GRANT SELECT ON pgboss.queue, pgboss.version TO ${quote(roles.rw)}`,
    `GRANT INSERT, SELECT (id, start_after) ON pgboss.job_common TO ${quote(roles.rw)}`,
    `GRANT EXECUTE ON FUNCTION pgboss.job_now() TO ${quote(roles.rw)}`,
    'ALTER TABLE pgboss.job_common ENABLE ROW LEVEL SECURITY',
    `CREATE POLICY tenant_insert ON pgboss.job_common FOR INSERT TO ${quote(roles.rw)}
       WITH CHECK ((data->>'tenant')::uuid = (SELECT app.tenant()))`,
    `CREATE POLICY tenant_select ON pgboss.job_common FOR SELECT TO ${quote(roles.rw)}
       USING ((data->>'tenant')::uuid = (SELECT app.tenant()))`,
  ])
}

async function asPlatform(url: string, statements: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString: url, application_name: applicationName('migrate') })
  await client.connect()
  try {
    for (const statement of statements) await client.query(statement)
  } finally {
    await client.end()
  }
}

/** A started pg-boss. Nodes that only serve requests insert and nothing else; workers also supervise. */
export async function openQueue(o: {
  platformUrl: string
  directUrl: string
  working: boolean
  onError: (error: Error) => void
}): Promise<PgBoss> {
  const boss = new PgBoss({
    connectionString: o.working ? o.directUrl : o.platformUrl,
    application_name: applicationName('jobs'),
    max: o.working ? 4 : 2,
    migrate: false,
    createSchema: false,
    schedule: false,
    supervise: o.working,
    // It would wake all that rest for each job: `Worker.wake` does with one.
    useListenNotify: false,
  })
  boss.on('error', o.onError)
  await boss.start()
  return boss
}

/** Lets pg-boss insert on the connection of a transaction: the jobs commit with its rows or not at all. */
export const insertingIn = (transaction: Transaction) => {
  const connection = connectionOf(transaction)
  return { db: { executeSql: (text: string, values?: unknown[]) => connection.query(text, values) } }
}

/** Queues follow the declarations; what is there already is only changed where it differs. */
export async function declareQueues(boss: PgBoss, specs: readonly QueueSpec[]): Promise<void> {
  const present = new Map((await boss.getQueues()).map((queue) => [queue.name, queue]))
  if (!present.has(deadLetterQueue)) await boss.createQueue(deadLetterQueue, { retentionSeconds: 90 * 86_400 })
  for (const spec of specs) {
    const options = {
      retryLimit: Math.max(0, spec.attempts - 1),
      retryDelay: 5,
      retryBackoff: true,
      retryDelayMax: 3600,
      expireInSeconds: Math.max(1, Math.ceil(spec.timeoutMs / 1000) + 30),
      notify: spec.prompt,
      deadLetter: deadLetterQueue,
    }
    const queue = present.get(spec.name)
    if (!queue) await boss.createQueue(spec.name, { ...options, policy: 'short' })
    else if (Object.entries(options).some(([key, value]) => queue[key as keyof typeof queue] !== value))
      await boss.updateQueue(spec.name, options)
  }
}
