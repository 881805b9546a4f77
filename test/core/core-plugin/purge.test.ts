import { existsSync } from 'node:fs'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'tap'
import { startTestPlatform, type TestTenant } from '#core/testing/index.ts'
import { bundledPlugins } from '#plugins/bundled.ts'

/** Something in most tables of every bundled plugin, made by its routes. */
async function inhabit(club: TestTenant): Promise<void> {
  const admin = await club.admin()
  const made = async (url: string, body: object) => {
    const answer = await admin.post(`/api/v1${url}`, body)
    if (answer.statusCode >= 300) throw new Error(`${url}: ${answer.statusCode} ${answer.body}`)
    return answer.json() as { id: string }
  }
  await made('/custom-fields', { key: 'tools', title: 'Tools', type: 'text', filterable: true })
  const profile = { email: 'anna@example.org', tags: ['board'], customFields: { tools: 'lathe' } }
  const member = await made('/members', { firstName: 'Anna', lastName: 'Meyer', ...profile })
  const ward = await made('/members', { firstName: 'Ben', lastName: 'Meyer' })
  await made(`/members/${ward.id}/guardians`, { guardianId: member.id })
  await made(`/members/${ward.id}/suspend`, { reason: 'Fees' })
  await made('/members/invites', { email: 'cy@example.org', role: 'maker' })
  const group = await made('/groups', { name: 'Board', parentId: club.rootId })
  await made(`/groups/${group.id}/members`, { memberId: member.id, role: 'member' })
  const plan = await made('/members/plans', {
    name: 'Full',
    billingCycle: 'yearly',
    price: { amount: 1000, currency: 'EUR' },
  })
  await made('/memberships', { memberId: member.id, planId: plan.id })
}

test('purging every bundled plugin leaves nothing of its own, and other organisations as they were', async (t) => {
  const platform = await startTestPlatform()
  t.teardown(() => platform.close())
  const [club, other] = [await platform.tenant('Club'), await platform.tenant('Other')]
  for (const tenant of [club, other]) await inhabit(tenant)
  await platform.settle()
  const upload = join(await mkdtemp(join(tmpdir(), 'guildhall-purge-')), 'waiting.upload')
  await writeFile(upload, 'name\nAnna\n')
  await club.unit((tx) =>
    tx.query(
      `INSERT INTO members.import (tenant_id, id, target, state, file_name, file_path, file_format, mapping, options, total_rows, actor_kind, created_at, updated_at)
       VALUES ($1, $1, 'members', 'planning', 'a.csv', $2, '{}', '{}', '{}', 1, 'system', $3, $3)`,
      [tx.tenantId, upload, tx.now()],
    ),
  )
  const rowsOf = (tenant: TestTenant) =>
    tenant.unit(async (tx) => {
      const tables = await tx.query<{ name: string }>(
        `SELECT format('%I.%I', n.nspname, c.relname) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
          WHERE c.relkind = 'r' AND replace(n.nspname, '_', '-') = ANY($1) ORDER BY 1`,
        [bundledPlugins.map(({ id }) => id)],
      )
      const counts: Record<string, string> = {}
      for (const { name } of tables) {
        const [row] = await tx.query<{ n: number; sum: string }>(
          `SELECT count(*)::int AS n, md5(coalesce(string_agg(t::text, ',' ORDER BY t::text), '')) AS sum FROM ${name} t WHERE tenant_id = $1`,
          [tx.tenantId],
        )
        if (row!.n > 0) counts[name] = `${row!.n} ${row!.sum}`
      }
      return counts
    })
  const before = await rowsOf(other)
  t.ok(Object.keys(before).length >= 15, `enough is there to forget: ${Object.keys(before).length} tables`)

  const admin = await club.admin()
  const leavesFirst = bundledPlugins.map(({ id }) => id).toReversed()
  const ids = [...leavesFirst.filter((id) => id !== 'members'), 'members']
  for (const id of ids) await club.disable(id)
  for (const id of ids) {
    const plan = (await admin.post(`/api/v1/plugins/${id}/purge`)).json()
    const at = `/api/v1/plugins/${id}/purge/${plan.id}`
    t.equal((await admin.post(`${at}/apply`, { hash: plan.hash })).statusCode, 202, id)
    await platform.settle()
    t.match((await admin.get(at)).json(), { status: 'done', error: null }, id)
  }
  t.same(await rowsOf(club), {}, 'nothing is left')
  t.notOk(existsSync(upload), 'a file that waited for its plan is gone')
  t.same(await rowsOf(other), before, 'nothing of another organisation was touched')

  await platform.settle()
  for (const id of ids.toReversed()) await club.enable(id)
  t.same((await admin.get('/api/v1/members')).json().items, [], 'switched on again it begins afresh')
})
