import { test } from 'tap'
import { apply, plan, planAndApply, send, show, startClub } from './importing.ts'

test('a file gives no role that whoever imports does not hold', async (t) => {
  const club = await startClub()
  const registrar = await club.tenant.as({ permissions: ['members.read', 'members.create', 'members.import'] })
  const file = 'external id,last name,role\n1,A,maker\n2,B,makerspace_admin\n3,C,emperor\n'
  const theirs = (await send(registrar, file)).json()
  t.match(theirs.problems.at(-2), {
    row: 3,
    outcome: 'error',
    column: 'role',
    value: 'makerspace_admin',
    accepted: /hold/,
  })
  t.match(theirs.problems.at(-1), { row: 4, column: 'role', reason: /not a role/ })
  t.match((await plan(club, file)).counts, { create: 2, error: 1 })
})

test('whoever applies a plan must hold its roles, whoever made it', async (t) => {
  const club = await startClub()
  const planned = await plan(club, 'last name,role\nB,makerspace_admin\n')
  const registrar = await club.tenant.as({ permissions: ['members.read', 'members.create', 'members.import'] })
  const answer = await registrar.post(`/api/v1/imports/${planned.id}/apply`, { hash: planned.hash })
  t.equal(answer.statusCode, 403)
  t.equal((await apply(club, planned)).applied.create, 1)
})

test('a plan made in the background has the rights of whoever asked for it', async (t) => {
  const club = await startClub()
  const registrar = await club.tenant.as({ permissions: ['members.read', 'members.create', 'members.import'] })
  const lines = Array.from({ length: 2100 }, (_, i) => `${i},Name${i},${i === 2000 ? 'makerspace_admin' : ''}`)
  const { id } = (await send(registrar, `external id,last name,role\n${lines.join('\n')}\n`)).json()
  await club.platform.settle()
  t.match(await show(registrar, id), { counts: { create: 2099, error: 1 }, problems: [{ row: 2002, column: 'role' }] })
})

test('without the permission nothing is imported, read, applied or undone', async (t) => {
  const club = await startClub()
  const { id, hash } = await plan(club, 'last name\nA\n')
  const maker = await club.tenant.as({ role: 'maker' })
  const answers = [
    await send(maker, 'last name\nA\n'),
    await maker.get('/api/v1/imports'),
    await maker.get(`/api/v1/imports/${id}`),
    await maker.get(`/api/v1/imports/${id}/problems`),
    await maker.post(`/api/v1/imports/${id}/apply`, { hash }),
    await maker.post(`/api/v1/imports/${id}/cancel`),
    await maker.post(`/api/v1/imports/${id}/undo`),
  ]
  t.same(
    answers.map(({ statusCode }) => statusCode),
    [403, 403, 403, 403, 403, 403, 403],
  )
})

test('another organisation sees nothing of an import and its rows reach nobody here', async (t) => {
  const club = await startClub()
  const imported = await planAndApply(club, 'external id,last name,email\n1,A,a@example.org\n')
  const [{ id }] = (await club.admin.get('/api/v1/members')).json().items
  const other = await startClub()
  const answers = [
    await other.admin.get(`/api/v1/imports/${imported.id}`),
    await other.admin.get(`/api/v1/imports/${imported.id}/problems`),
    await other.admin.get(`/api/v1/imports/${imported.id}/problems.csv`),
    await other.admin.post(`/api/v1/imports/${imported.id}/apply`, { hash: imported.hash }),
    await other.admin.post(`/api/v1/imports/${imported.id}/cancel`),
    await other.admin.post(`/api/v1/imports/${imported.id}/undo`),
  ]
  t.same(
    answers.map(({ statusCode }) => statusCode),
    [404, 404, 404, 404, 404, 404],
  )
  const theirs = await plan(other, `record id,last name\n${id},A\n`)
  t.match(theirs.problems, [{ row: 2, outcome: 'error', column: 'record id', reason: /no member/ }])
  t.match((await plan(other, 'external id,last name,email\n1,A,a@example.org\n')).counts, { create: 1 })
})
