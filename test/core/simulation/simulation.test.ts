import { randomUUID } from 'node:crypto'
import { type SimulationService, simulationService } from '@guildhall/sdk'
import { QueryTypes } from 'sequelize'
import t from 'tap'
import type { Workshop } from '#core/cli/workshop/open.ts'
import { serviceIn } from '#core/cli/workshop/service.ts'
import { startTestPlatform, type TestClient, type TestTenant } from '#core/testing/index.ts'

const platform = await startTestPlatform({ now: new Date('2026-03-01T09:00:00Z'), pool: 6 })
t.teardown(() => platform.close())

const days = (n: number) => new Date(platform.clock.now().getTime() + n * 86_400_000)
const simulations = (club: TestTenant): Promise<SimulationService> =>
  serviceIn({ runtime: platform.runtime } as Workshop, club.id, simulationService, AbortSignal.timeout(60_000))

/** Two members: one whose membership ends in ten days, one without any. */
async function makers(name: string): Promise<{ club: TestTenant; admin: TestClient; ending: string; staying: string }> {
  const club = await platform.tenant(name)
  const admin = await club.admin()
  const plan = { name: 'Plan', billingCycle: 'monthly', price: { amount: 500, currency: 'EUR' } }
  const { id: planId } = (await admin.post('/api/v1/members/plans', plan)).json()
  const [ending, staying] = await Promise.all(
    ['Ending', 'Staying'].map(async (lastName) => (await admin.post('/api/v1/members', { lastName })).json().id),
  )
  await admin.post('/api/v1/memberships', { memberId: ending, planId, from: '2026-02-11', validUntil: '2026-03-10' })
  await platform.settle()
  return { club, admin, ending, staying }
}

const everything = async () => {
  const tables = await platform.runtime.database.platform.query<{ name: string }>(
    `SELECT format('%I.%I', n.nspname, c.relname) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' WHERE c.relkind = 'r' AND n.nspname <> 'pgboss'`,
    { type: QueryTypes.SELECT },
  )
  const sums = await Promise.all(
    tables.map(async ({ name }) => {
      const [row] = await platform.runtime.database.platform.query<{ sum: string }>(
        `SELECT count(*) || ':' || coalesce(md5(string_agg(x::text, '|' ORDER BY x::text)), '') AS sum FROM ${name} x`,
        { type: QueryTypes.SELECT },
      )
      return [name, row?.sum]
    }),
  )
  return Object.fromEntries(sums)
}

t.test(
  'in a rehearsal time passes for a copy: what expires there stays as it is here, and nothing is left',
  async (t) => {
    const { club, ending, staying } = await makers('Rehearsing')
    const before = await everything()
    const seen: Date[] = []
    const { statuses, jobs, last } = await (await simulations(club)).run({
      until: days(20),
      onProgress: (at) => void seen.push(at),
      collect: async (tx, steps) => ({
        statuses: Object.fromEntries(
          (
            await tx.query<{ id: string; status: string }>(
              'SELECT id, status FROM members.member WHERE tenant_id = $1',
              [tx.tenantId],
            )
          ).map(({ id, status }) => [id, status]),
        ),
        jobs: steps
          .filter(({ job }) => job === 'members.recomputeStatus')
          .map(({ at, outcome }) => [at.toISOString(), outcome]),
        last: tx.now(),
      }),
    })
    t.same(statuses, { [ending]: 'expired', [staying]: 'active' })
    t.equal(jobs.length, 20, 'once a day')
    t.ok(jobs.every(([, outcome]) => outcome === 'done'))
    t.equal(last.getTime() >= days(20).getTime() - 60_000, true, 'the clock there ran to the end')
    t.ok(seen.length >= 20, 'progress was told')
    t.same(await everything(), before, 'not a row of any organisation has changed')
  },
)

t.test('events and jobs of a rehearsal stay in it', async (t) => {
  const { club, ending } = await makers('Quiet')
  const waiting = async () =>
    platform.runtime.database.platform.query(`SELECT id FROM pgboss.job WHERE state IN ('created', 'retry')`, {
      type: QueryTypes.SELECT,
    })
  const before = (await waiting()).length
  const names = await (await simulations(club)).run({
    until: days(15),
    prepare: async (tx) => {
      await tx.query(`UPDATE members.member SET last_name = 'Renamed' WHERE tenant_id = $1 AND id = $2`, [
        tx.tenantId,
        ending,
      ])
    },
    collect: async (tx, steps) => {
      const rows = await tx.query<{ name: string }>(
        'SELECT last_name AS name FROM members.member WHERE tenant_id = $1',
        [tx.tenantId],
      )
      return {
        members: rows.map(({ name }) => name).sort(),
        failed: steps.filter(({ outcome }) => outcome === 'failed'),
      }
    },
  })
  t.same(names, { members: ['Renamed', 'Staying'], failed: [] })
  t.equal((await waiting()).length, before)
})

t.test('what a plugin keeps out of copies is not copied, also when the plugin is off', async (t) => {
  const { club } = await makers('Traced')
  await club.unit((tx) =>
    tx.query(
      `INSERT INTO email.message (tenant_id, id, kind, template, language, recipient, email_key, next_attempt_at, created_at, updated_at)
       VALUES ($1, $2, 'notice', 'x', 'en', 'a@example.org', 'a@example.org', $3, $3, $3)`,
      [tx.tenantId, randomUUID(), tx.now()],
    ),
  )
  await club.disable('email')
  const copied = await (await simulations(club)).run({
    until: days(1),
    collect: (tx) => tx.query('SELECT id FROM email.message WHERE tenant_id = $1', [tx.tenantId]),
  })
  t.same(copied, [])
})

t.test('a rehearsal that fails leaves no copy, and none is shown while it runs', async (t) => {
  const { club } = await makers('Failing')
  const copies = () =>
    platform.runtime.database.platform.query<{ n: number }>(
      'SELECT count(*)::int AS n FROM core.tenant WHERE copy_of IS NOT NULL',
      { type: QueryTypes.SELECT },
    )
  const running = (await simulations(club)).run({
    until: days(1),
    collect: async () => {
      t.match(await copies(), [{ n: 1 }])
      throw new Error('cannot be shown')
    },
  })
  await t.rejects(running, { message: 'cannot be shown' })
  t.match(await copies(), [{ n: 0 }])
  await t.rejects((await simulations(club)).run({ until: days(500), collect: async () => null }), {
    message: /at most 400 days/,
  })
})

t.test('on a group, a rehearsal copies its members and what refers to them', async (t) => {
  const { club, admin, ending, staying } = await makers('Grouped')
  const groupId = (await admin.post('/api/v1/groups', { name: 'Rowing' })).json().id
  t.equal((await admin.post(`/api/v1/groups/${groupId}/members`, { memberId: ending })).statusCode, 201)
  const copied = await (await simulations(club)).run({
    until: days(1),
    groupId,
    collect: async (tx) => {
      const count = async (table: string) =>
        (
          await tx.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${table} WHERE tenant_id = $1`, [tx.tenantId])
        )[0]?.n
      return [await count('members.member'), await count('groups.seat'), await count('plans.membership')]
    },
  })
  t.same(copied, [1, 1, 1])
  const { club: other } = await makers('Other')
  t.equal((await (await other.admin()).get(`/api/v1/members/${staying}`)).statusCode, 404)
})
