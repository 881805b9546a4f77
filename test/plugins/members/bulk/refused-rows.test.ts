import { Problem, problems } from '@guildhall/sdk'
import t from 'tap'
import { startTestPlatform } from '#core/testing/index.ts'
import { membersPlugin } from '#plugins/members/index.ts'
import { stampingPlugin } from './stamping.ts'

const refused = new Set<string>()
const stamps = stampingPlugin(async (_batch, ids) => {
  if (ids.some((id) => refused.has(id))) throw new Problem(problems.conflict, { detail: 'Not this one.' })
})
const platform = await startTestPlatform({ plugins: [membersPlugin, stamps] })
t.teardown(() => platform.close())
const bulk = '/api/v1/members/bulk-operations'

t.test('a member that refuses at the last moment fails alone', async (t) => {
  const club = await platform.tenant('Club')
  const admin = await club.admin()
  const ids = []
  for (let i = 0; i < 40; i++)
    ids.push((await admin.post('/api/v1/members', { firstName: `M${i}` })).json().id as string)
  for (const at of [0, 17, 18, 39]) refused.add(ids[at]!)
  const plan = (await admin.post(bulk, { operation: 'stamp', ids })).json()
  await admin.post(`${bulk}/${plan.id}/apply`, { hash: plan.hash })
  await platform.settle()
  t.match((await admin.get(`${bulk}/${plan.id}`)).json(), {
    state: 'applied',
    result: { changed: 36, skipped: 0, failed: 4 },
    problems: [
      { memberId: ids[0], reason: 'Not this one.' },
      { memberId: ids[17] },
      { memberId: ids[18] },
      { memberId: ids[39] },
    ],
  })
  const failed = (await admin.get(`${bulk}/${plan.id}/rows?result=failed&total=true`)).json()
  t.equal(failed.page.total, 4)
  const [{ stamped }] = (await club.unit((tx) =>
    tx.query(`SELECT count(*)::int AS stamped FROM members.activity WHERE tenant_id = $1 AND kind = 'stamped'`, [
      tx.tenantId,
    ]),
  )) as [{ stamped: number }]
  t.equal(stamped, 36)
})

t.test('an operation ends when its plugin is switched off', async (t) => {
  const club = await platform.tenant('Off')
  const admin = await club.admin()
  const { id } = (await admin.post('/api/v1/members', { firstName: 'M' })).json()
  const plan = (await admin.post(bulk, { operation: 'stamp', ids: [id] })).json()
  await admin.post(`${bulk}/${plan.id}/apply`, { hash: plan.hash })
  await club.disable('stamps')
  await platform.settle()
  t.match((await admin.get(`${bulk}/${plan.id}`)).json(), { state: 'failed', failure: /switched off/ })
  t.equal((await admin.post(bulk, { operation: 'stamp', ids: [id] })).statusCode, 400, 'and cannot be planned')
})
