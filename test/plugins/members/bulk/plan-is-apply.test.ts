import fc from 'fast-check'
import t from 'tap'
import { v7 as uuidv7 } from 'uuid'
import { startTestPlatform } from '#core/testing/index.ts'
import { membersPlugin } from '#plugins/members/index.ts'

const platform = await startTestPlatform({ plugins: [membersPlugin] })
t.teardown(() => platform.close())
const bulk = '/api/v1/members/bulk-operations'

const club = await platform.tenant('Club')
const admin = await club.admin()
const nobody = [uuidv7(), uuidv7()]
const people = 12
const ids = Array.from({ length: people }, () => uuidv7())
const roles = ['maker', 'service_provider', 'makerspace_admin'] as const

/** Everybody anew, as described: some suspended, some gone, some with accounts. */
const Person = fc.record({
  role: fc.constantFrom(...roles),
  tags: fc.subarray(['a', 'b']),
  suspended: fc.boolean(),
  linked: fc.boolean(),
  gone: fc.boolean(),
})
const users = ids.map(() => uuidv7())
for (const id of users)
  await platform.runtime.database.platform.query(
    `INSERT INTO core.app_user (id, issuer, subject, name) VALUES ($1, 'test', $2, 'Somebody')`,
    { bind: [id, id] },
  )

async function populate(all: readonly (typeof Person extends fc.Arbitrary<infer P> ? P : never)[]): Promise<void> {
  await club.unit(async (tx) => {
    await tx.query('DELETE FROM members.member WHERE tenant_id = $1', [tx.tenantId])
    await tx.query('DELETE FROM core.affiliation WHERE tenant_id = $1', [tx.tenantId])
    for (const [i, one] of all.entries()) {
      await tx.query(
        `INSERT INTO members.member (tenant_id, id, display_name, search, name_key, role, tags, status, suspended_at, suspended_reason, user_id, deleted_at)
         VALUES ($1, $2, 'M', 'm', '|m', $3, $4, $5, $6, $7, $8, $9)`,
        [
          tx.tenantId,
          ids[i],
          one.role,
          one.tags,
          one.suspended ? 'suspended' : 'active',
          one.suspended ? tx.now() : null,
          one.suspended ? 'earlier' : null,
          one.linked ? users[i] : null,
          one.gone ? tx.now() : null,
        ],
      )
      for (const value of one.tags)
        await tx.query(`INSERT INTO members.keyword (tenant_id, kind, value, member_id) VALUES ($1, 'tag', $2, $3)`, [
          tx.tenantId,
          value,
          ids[i],
        ])
      if (one.linked)
        await tx.query('INSERT INTO core.affiliation (tenant_id, user_id) VALUES ($1, $2)', [tx.tenantId, users[i]])
    }
    tx.accessChanged()
  })
}
interface State {
  id: string
  role: string
  tags: string[]
  suspended: boolean
  deleted: boolean
}
const look = async (): Promise<Map<string, string>> => {
  const rows = await club.unit((tx) =>
    tx.query<State>(
      `SELECT id, role, tags, suspended_at IS NOT NULL AS suspended, deleted_at IS NOT NULL AS deleted FROM members.member WHERE tenant_id = $1`,
      [tx.tenantId],
    ),
  )
  return new Map(rows.map(({ id, ...rest }) => [id, JSON.stringify(rest)]))
}
const administrators = async (): Promise<number> => {
  const [row] = await club.unit((tx) =>
    tx.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM members.member WHERE tenant_id = $1 AND role = 'makerspace_admin' AND user_id IS NOT NULL
          AND deleted_at IS NULL AND suspended_at IS NULL AND NOT pending`,
      [tx.tenantId],
    ),
  )
  return row!.n
}

const Request = fc.oneof(
  fc.constant({ operation: 'suspend', parameters: {} }),
  fc.constant({ operation: 'reactivate', parameters: {} }),
  fc.constant({ operation: 'delete', parameters: {} }),
  fc.constantFrom(...roles).map((role) => ({ operation: 'changeRole', parameters: { role } })),
  fc.subarray(['a', 'c'], { minLength: 1 }).map((add) => ({ operation: 'tag', parameters: { add, remove: ['b'] } })),
)

t.test('what the plan says is what applying does, and an organisation keeps an administrator', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(Person, { minLength: people, maxLength: people }),
      fc.shuffledSubarray([...ids, ...nobody], { minLength: 1 }),
      Request,
      fc.boolean(),
      async (all, chosen, request, atOnce) => {
        await populate(all)
        const before = await look()
        const had = await administrators()
        const answer = await admin.post(bulk, { ...request, ids: chosen, reason: 'property', apply: atOnce })
        const plan = answer.json()
        if (answer.statusCode !== 201) throw new Error(answer.body)
        if (!atOnce) {
          if ((await admin.post(`${bulk}/${plan.id}/apply`, { hash: plan.hash })).statusCode !== 202)
            throw new Error('refused')
          await platform.settle()
        }
        const after = await look()
        const rows = (await admin.get(`${bulk}/${plan.id}/rows?limit=200`)).json().items as {
          memberId: string
          outcome: string
          result: string | null
        }[]
        const planned = rows.filter(({ outcome }) => outcome === 'change').map(({ memberId }) => memberId)
        const changed = [...after.keys()].filter((id) => after.get(id) !== before.get(id))
        const { state, result, counts } = (await admin.get(`${bulk}/${plan.id}`)).json()
        const same = JSON.stringify(planned.toSorted()) === JSON.stringify(changed.toSorted())
        if (!same) throw new Error(`planned ${planned.join()} changed ${changed.join()}`)
        if (rows.length !== chosen.length || counts.total !== chosen.length) throw new Error('a row for each id')
        if (state !== 'applied' || result.changed !== planned.length || result.failed + result.skipped > 0)
          throw new Error(JSON.stringify(result))
        if (had > 0 && (await administrators()) === 0) throw new Error('nobody administers any more')
      },
    ),
    { numRuns: 60 },
  )
  t.pass()
})
