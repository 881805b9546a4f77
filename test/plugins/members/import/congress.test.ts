import { readFile } from 'node:fs/promises'
import t, { test } from 'tap'
import { readOrganizationFile } from '#core/tenancy/organization-file.ts'
import { bundledPlugins } from '#plugins/bundled.ts'
import { planAndApply, startClub } from './importing.ts'

const folder = new URL('../../../../config/organisations/', import.meta.url)
const read = (name: string) => readFile(new URL(name, folder))

t.setTimeout(180_000)

test('the register of Congress goes in as it stands, a second time without a change', async (t) => {
  const file = readOrganizationFile((await read('congress.yaml')).toString())
  const club = await startClub({ plugins: bundledPlugins, organization: { file, settings: {} } })
  const steps = [
    { into: 'groups', name: 'groups.csv', options: {}, rows: 233 },
    { into: 'members', name: 'members.csv', options: { ends: 'exclusive' }, rows: 537 },
    { into: 'group-members', name: 'group_members.csv', options: {}, rows: 3879 },
    {
      into: 'memberships',
      name: 'terms.csv',
      options: { ends: 'exclusive', plan: 'Term of office', createMissing: true },
      rows: 2792,
    },
  ]
  const imported: string[] = []
  for (const { into, name, options, rows } of steps) {
    const { id, applied, counts } = await planAndApply(club, await read(`congress/${name}`), { into, options })
    t.same([applied.create + applied.update, applied.conflict, counts.conflict, counts.error], [rows, 0, 0, 0], into)
    imported.push(id)
  }
  for (const { into, name, options, rows } of steps) {
    const again = await planAndApply(club, await read(`congress/${name}`), { into, options })
    t.match(again, { counts: { unchanged: rows, create: 0, update: 0 }, summary: /^Nothing was changed/ }, into)
  }
  const count = async (sql: string) =>
    (
      await club.tenant.unit((tx) =>
        tx.query<{ n: number }>(`SELECT count(*)::integer AS n FROM ${sql}`, [tx.tenantId]),
      )
    )[0]!.n
  t.equal(await count('members.member WHERE tenant_id = $1'), 537)
  t.equal(await count('core."group" WHERE tenant_id = $1'), 233)
  t.equal(await count('groups.seat WHERE tenant_id = $1'), 3879 + 537)
  t.equal(await count('plans.period WHERE tenant_id = $1'), 2792)
  const sat = `plans.period WHERE tenant_id = $1 AND starts_on <= '2024-01-15' AND ends_before > '2024-01-15'`
  t.equal(await count(sat), 450, 'sat on 2024-01-15')
  const { page } = (await club.admin.get('/api/v1/members?at=2024-01-15&total=true')).json()
  t.equal(page.total, 450)

  // Periods hang on the members by now: the members go back only after the periods.
  const undo = (id: string) => club.admin.post(`/api/v1/imports/${id}/undo`)
  t.equal((await undo(imported[1]!)).statusCode, 409)
  for (const id of imported.toReversed()) {
    const answer = await undo(id)
    t.equal(answer.statusCode, 202, answer.body.slice(0, 300))
    await club.platform.settle()
  }
  t.equal(await count('members.member WHERE tenant_id = $1'), 0)
  t.equal(await count('groups.seat WHERE tenant_id = $1'), 0)
  t.equal(await count('core."group" WHERE tenant_id = $1'), 1)
})
