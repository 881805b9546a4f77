import { test } from 'tap'
import { type Club, plan, planAndApply, startClub } from './importing.ts'

/** Every row of the register that is not a log of what happened, nor a count or time of changes. */
const dump = ({ tenant }: Club) =>
  tenant.unit(async (tx) => {
    const tables = ['member', 'keyword', 'external_id', 'custom_value']
    const rows = await Promise.all(
      tables.map((table) =>
        tx.query<{ row: string }>(
          `SELECT (to_jsonb(t) - 'version' - 'updated_at')::text AS row FROM members.${table} t WHERE tenant_id = $1 ORDER BY 1`,
          [tx.tenantId],
        ),
      ),
    )
    return rows.map((table) => table.map(({ row }) => row))
  })
const undo = ({ admin }: Club, id: string) => admin.post(`/api/v1/imports/${id}/undo`)

const before =
  'external id,first name,last name,email,tags,metadata.note\n1,Ada,Lovelace,ada@example.org,a; b,x\n2,Alan,Turing,,,\n'
const file =
  'external id,first name,last name,email,tags,metadata.note,customFields.size,phone\n' +
  '1,Ada,King,ada@example.com,b; c,y,M,0221 1234567\n2,Alan,Turing,,,,L,\n3,Grace,Hopper,grace@example.org,d,,S,\n'

test('undone, an import leaves the register as it was', async (t) => {
  const club = await startClub()
  await club.admin.post('/api/v1/custom-fields', { key: 'size', title: 'Size', type: 'text', filterable: true })
  await planAndApply(club, before)
  const was = await dump(club)
  const imported = await planAndApply(club, file)
  t.match(imported.applied, { create: 1, update: 2 })
  t.notSame(await dump(club), was)
  const answer = await undo(club, imported.id)
  t.match(answer.json(), { state: 'undone' })
  t.equal(answer.statusCode, 202)
  t.same(await dump(club), was)
  t.equal((await undo(club, imported.id)).statusCode, 409, 'once')
})

test('what changed since forbids it, is named, and nothing is reverted', async (t) => {
  const club = await startClub()
  await planAndApply(club, before)
  const imported = await planAndApply(club, file.replace(',customFields.size', ',metadata.size'))
  const { items } = (await club.admin.get('/api/v1/members?sort=firstName')).json()
  await club.admin.patch(`/api/v1/members/${items[1].id}`, { notes: 'changed since' })
  const was = await dump(club)
  const answer = await undo(club, imported.id)
  t.equal(answer.statusCode, 409)
  t.match(answer.json(), { rows: [{ row: 3, reason: /changed or deleted since/ }] })
  t.same(await dump(club), was)
})

test('a member to whom something was attached since is not taken away', async (t) => {
  const club = await startClub()
  const imported = await planAndApply(club, 'last name\nA\nB\n')
  const { items } = (await club.admin.get('/api/v1/members')).json()
  await club.tenant.unit((tx) =>
    tx.query(
      `INSERT INTO members.guardian (tenant_id, id, guardian_id, ward_id, from_on) VALUES ($1, gen_random_uuid(), $2, $3, '2020-01-01')`,
      [tx.tenantId, items[0].id, items[1].id],
    ),
  )
  const answer = await undo(club, imported.id)
  t.equal(answer.statusCode, 409)
  t.match(answer.json(), { rows: [{ row: 2, reason: /attached/ }, { row: 3 }] })
  t.equal((await club.admin.get('/api/v1/members')).json().items.length, 2)
})

test('a plan that was never applied cannot be undone', async (t) => {
  const club = await startClub()
  const { id } = await plan(club, 'last name\nA\n')
  t.equal((await undo(club, id)).statusCode, 409)
})
