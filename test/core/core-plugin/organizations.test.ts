import { mkdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'tap'
import { runDeletion } from '#core/core-plugin/operations/delete-organization.ts'
import { signIn, startTestPlatform } from '#core/testing/index.ts'

const yaml = `
UID: "uuid-example-1234"
Orga: "Beispielverein"
Hierarchie:
- National
- Regional
- Verein
- Team
GenderGroups:
M: Männlich
F: Weiblich
B: Gemischt
Stage:
- Alle Altersstufen
- Jugend
`

test('a super administrator makes, changes, suspends and deletes organisations without belonging to one', async (t) => {
  const platform = await startTestPlatform({ plugins: [] })
  t.teardown(() => platform.close())
  const { call } = await signIn(platform, { globalRole: 'super_admin' })

  const made = await call('POST', '/organizations', { slug: 'beispiel', yaml })
  t.equal(made.statusCode, 201, made.body)
  const { id } = made.json()
  t.equal(made.headers.location, `/api/v1/organizations/${id}`)
  t.match(made.json(), { slug: 'beispiel', name: 'Beispielverein', externalId: 'uuid-example-1234', status: 'active' })
  t.equal((await call('POST', '/organizations', { slug: 'beispiel', name: 'Again' })).statusCode, 409)
  t.equal((await call('POST', '/organizations', { slug: 'x', yaml: 'Orga: X\nWrong: 1' })).statusCode, 400)

  const listed = await call('GET', '/organizations')
  t.match(listed.json(), { items: [{ id, figures: { users: 0, groups: 1, plugins: 0 } }], page: { nextCursor: null } })
  t.match(
    (await call('POST', `/organizations/${id}/apply`, { yaml })).json(),
    { changed: [] },
    'the same file again changes nothing',
  )
  t.match((await call('PUT', `/organizations/${id}`, { edition: 'starter' })).json(), {
    edition: 'starter',
    version: 2,
  })

  t.match((await call('POST', `/organizations/${id}/suspend`, { reason: 'unpaid' })).json(), { status: 'suspended' })
  t.equal((await call('GET', '/organizations/current', undefined, { 'x-organization': 'beispiel' })).statusCode, 403)
  t.match((await call('POST', `/organizations/${id}/reactivate`)).json(), { status: 'active' })
  t.equal((await call('GET', '/organizations/current', undefined, { 'x-organization': 'beispiel' })).statusCode, 200)

  const plan = await call('POST', `/organizations/${id}/deletion`)
  t.equal(plan.statusCode, 201, plan.body)
  t.equal(plan.json().counts['core."group"'], 1)
  const apply = (hash: string) => call('POST', `/organizations/${id}/deletion/${plan.json().id}/apply`, { hash })
  t.equal((await apply('0'.repeat(64))).statusCode, 409, 'another hash is another plan')
  const applied = await apply(plan.json().hash)
  t.equal(applied.statusCode, 202, applied.body)
  await platform.settle()
  t.equal((await call('GET', `/organizations/${id}`)).statusCode, 404)
  t.match((await call('GET', `/organizations/${id}/deletion/${plan.json().id}`)).json(), { status: 'done' })

  const files = join(platform.dataDir, 'files', id)
  await mkdir(files, { recursive: true })
  await runDeletion(platform, id, plan.json().id)
  await t.rejects(
    stat(files),
    { code: 'ENOENT' },
    'a job that died behind its commit takes the files when it comes again',
  )
})

test('others do not act above organisations', async (t) => {
  const platform = await startTestPlatform({ plugins: [] })
  t.teardown(() => platform.close())
  const club = await platform.tenant('Club')
  const admin = await club.admin()
  t.equal((await admin.get('/api/v1/organizations')).statusCode, 403)
  t.equal((await admin.post('/api/v1/organizations', { slug: 'x', name: 'X' })).statusCode, 403)
  const auditor = await signIn(platform, { globalRole: 'platform_auditor' })
  t.equal((await auditor.call('GET', '/organizations')).statusCode, 200, 'an auditor reads')
  t.equal((await auditor.call('POST', '/organizations', { slug: 'x', name: 'X' })).statusCode, 403)
})
