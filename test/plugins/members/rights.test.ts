import t from 'tap'
import { startTestPlatform } from '#core/testing/index.ts'
import { membersPlugin } from '#plugins/members/index.ts'
import { signIn } from '../../support/signed-in.ts'

const platform = await startTestPlatform({ plugins: [membersPlugin] })
t.teardown(() => platform.close())

t.test('makers have no member management, viewers read, writing is 403 for both', async (t) => {
  const club = await platform.tenant('Club')
  const admin = await club.admin()
  const { id } = (await admin.post('/api/v1/members', { lastName: 'A' })).json()
  const anonymous = await club.as('anonymous')
  const maker = await club.as({ role: 'maker' })
  const viewer = await club.as({ role: 'admin' })
  const reading = ['/api/v1/members', `/api/v1/members/${id}`, `/api/v1/members/${id}/activities`]
  for (const url of reading) {
    t.equal((await anonymous.get(url)).statusCode, 401, url)
    t.equal((await maker.get(url)).statusCode, 403, url)
    t.equal((await viewer.get(url)).statusCode, 200, url)
  }
  const writing: ['post' | 'put' | 'patch', string, object][] = [
    ['post', '/api/v1/members', { lastName: 'B' }],
    ['put', `/api/v1/members/${id}`, { lastName: 'B' }],
    ['patch', `/api/v1/members/${id}`, { lastName: 'B' }],
    ['post', `/api/v1/members/${id}/suspend`, { reason: 'x' }],
    ['post', '/api/v1/custom-fields', { key: 'a', title: 'A', type: 'text' }],
    ['post', '/api/v1/members/duplicates/scan', {}],
  ]
  for (const [method, url, body] of writing)
    for (const who of [maker, viewer]) t.equal((await who[method](url, body)).statusCode, 403, `${method} ${url}`)
  t.equal((await viewer.delete(`/api/v1/members/${id}`)).statusCode, 403)
  t.equal((await viewer.post(`/api/v1/members/${id}/reactivate`)).statusCode, 403)
})

t.test('whoever writes a role must hold it', async (t) => {
  const club = await platform.tenant('Club')
  const admin = await club.admin()
  const secretary = await club.as({ permissions: ['members.read', 'members.create', 'members.update'] })
  t.equal((await secretary.post('/api/v1/members', { lastName: 'A' })).statusCode, 201, 'no role was written')
  for (const role of ['makerspace_admin', 'admin'])
    t.equal((await secretary.post('/api/v1/members', { lastName: 'B', role })).statusCode, 403, role)
  const { id } = (await admin.post('/api/v1/members', { lastName: 'C', role: 'admin' })).json()
  t.equal((await secretary.patch(`/api/v1/members/${id}`, { role: 'makerspace_admin' })).statusCode, 403)
  t.equal(
    (await secretary.patch(`/api/v1/members/${id}`, { role: 'admin', lastName: 'D' })).statusCode,
    200,
    'unchanged',
  )
  t.equal((await admin.get(`/api/v1/members/${id}`)).json().role, 'admin')
})

t.test('a member sees and keeps the own record, and nothing that was written about him', async (t) => {
  const club = await platform.tenant('Club')
  const admin = await club.admin()
  for (const [key, ownView] of [
    ['open', 'write'],
    ['shown', 'read'],
    ['secret', 'hidden'],
  ])
    await admin.post('/api/v1/custom-fields', { key, title: key, type: 'text', ownView })
  const { id } = (
    await admin.post('/api/v1/members', {
      firstName: 'Mia',
      lastName: 'Maker',
      notes: 'difficult',
      tags: ['watch'],
      customFields: { open: 'a', shown: 'b', secret: 'c' },
    })
  ).json()
  const other = (await admin.post('/api/v1/members', { lastName: 'Other' })).json().id
  const { userId, client: mia } = await signIn(club, 'mia@example.org')
  t.equal((await mia.get('/api/v1/members/me')).statusCode, 404, 'not linked yet')
  t.equal((await admin.put(`/api/v1/members/${id}/user`, { userId })).statusCode, 200)

  const me = await mia.get('/api/v1/members/me')
  t.match(me.json(), { id, firstName: 'Mia', customFields: { open: 'a', shown: 'b' } })
  for (const field of ['notes', 'tags', 'metadata', 'externalIds', 'userId']) t.notOk(field in me.json(), field)
  t.notOk('secret' in me.json().customFields)
  const same = await mia.get(`/api/v1/members/${id}`)
  t.equal(same.statusCode, 200)
  t.notMatch(same.body, /difficult|watch|secret/)
  t.equal((await mia.get(`/api/v1/members/${other}`)).statusCode, 404)
  t.equal((await mia.get('/api/v1/members')).statusCode, 403)
  t.same(
    (await mia.get('/api/v1/custom-fields')).json().items.map(({ key }: { key: string }) => key),
    ['open', 'shown'],
  )

  t.match((await mia.patch('/api/v1/members/me', { phone: '0221 9', customFields: { open: 'z' } })).json(), {
    phone: '0221 9',
    customFields: { open: 'z', shown: 'b' },
  })
  t.equal((await mia.put(`/api/v1/members/${id}`, { language: 'de' })).statusCode, 200)
  for (const patch of [{ role: 'admin' }, { notes: 'x' }, { email: 'x@example.org' }, { customFields: { shown: 'x' } }])
    t.equal((await mia.put(`/api/v1/members/${id}`, patch)).statusCode, 403, JSON.stringify(patch))
  t.equal((await mia.patch('/api/v1/members/me', { role: 'admin' })).statusCode, 400, 'no field of the own view')
  t.equal((await mia.put(`/api/v1/members/${other}`, { phone: '1' })).statusCode, 404)
  const log = (await admin.get(`/api/v1/members/${id}/activities?byMember=true`)).json().items
  t.equal(log.length, 2)
})

t.test('the role of a linked member is what its user holds, until suspended, deleted or changed', async (t) => {
  const club = await platform.tenant('Club')
  const admin = await club.admin()
  const { id } = (await admin.post('/api/v1/members', { lastName: 'Viewer', role: 'admin' })).json()
  const { userId, client } = await signIn(club, 'viewer@example.org')
  const status = async () => (await client.get('/api/v1/members')).statusCode
  t.equal(await status(), 403)
  await admin.put(`/api/v1/members/${id}/user`, { userId })
  t.equal(await status(), 200)
  await admin.post(`/api/v1/members/${id}/suspend`, { reason: 'x' })
  t.equal(await status(), 403)
  await admin.post(`/api/v1/members/${id}/reactivate`)
  t.equal(await status(), 200)
  await admin.patch(`/api/v1/members/${id}`, { role: 'maker' })
  t.equal(await status(), 403)
  await admin.patch(`/api/v1/members/${id}`, { role: 'admin' })
  t.equal(await status(), 200)
  await admin.delete(`/api/v1/members/${id}`)
  t.equal(await status(), 403)
  await admin.post(`/api/v1/members/${id}/restore`)
  t.equal(await status(), 200)
})

t.test('a member whose role the organisation gave up comes back without it, and the answer says so', async (t) => {
  const club = await platform.tenant('Club')
  const admin = await club.admin()
  const permissions = ['members.read']
  await admin.post('/api/v1/roles', { key: 'cellarer', title: 'Cellarer', permissions })
  const { id } = (await admin.post('/api/v1/members', { lastName: 'Cellar', role: 'cellarer' })).json()
  await admin.delete(`/api/v1/members/${id}`)
  t.match((await admin.post(`/api/v1/members/${id}/restore`)).json(), { role: 'cellarer', lostRole: null })

  await admin.delete(`/api/v1/members/${id}`)
  t.equal((await admin.delete('/api/v1/roles/cellarer')).statusCode, 204)
  const back = await admin.post(`/api/v1/members/${id}/restore`)
  t.equal(back.statusCode, 200)
  t.match(back.json(), { id, role: 'maker', lostRole: 'cellarer' })
  const log = (await admin.get(`/api/v1/members/${id}/activities`)).json().items
  t.match(log[0], { kind: 'restored', changes: [{ field: 'role', from: 'cellarer', to: 'maker' }] })

  await admin.post('/api/v1/roles', { key: 'cellarer', title: 'Another', permissions: ['members.delete'] })
  t.equal((await admin.get(`/api/v1/members/${id}`)).json().role, 'maker', 'a later role of that name is another one')
})

t.test('an account is linked to one member, nobody changes his own role, the last administrator stays', async (t) => {
  const club = await platform.tenant('Club')
  const admin = await club.admin()
  const { id } = (await admin.post('/api/v1/members', { lastName: 'Boss', role: 'makerspace_admin' })).json()
  const second = (await admin.post('/api/v1/members', { lastName: 'Second' })).json().id
  const { userId, client: boss } = await signIn(club, 'boss@example.org')
  await admin.put(`/api/v1/members/${id}/user`, { userId })
  t.equal((await admin.put(`/api/v1/members/${second}/user`, { userId })).statusCode, 409)
  t.equal((await boss.patch(`/api/v1/members/${id}`, { role: 'maker' })).statusCode, 403, 'his own')
  t.equal((await admin.patch(`/api/v1/members/${id}`, { role: 'maker' })).statusCode, 409, 'the last one')
  t.equal((await admin.post(`/api/v1/members/${id}/suspend`, { reason: 'x' })).statusCode, 409)
  t.equal((await admin.delete(`/api/v1/members/${id}`)).statusCode, 409)
  t.equal((await boss.get('/api/v1/members')).statusCode, 200)

  const secretary = await club.as({ permissions: ['members.read', 'members.update'] })
  t.equal((await secretary.patch(`/api/v1/members/${id}`, { email: 'mine@example.org' })).statusCode, 403, 'take-over')
  await admin.patch(`/api/v1/members/${second}`, { role: 'admin' })
  const linked = await secretary.put(`/api/v1/members/${second}/user`, { userId })
  t.equal(linked.statusCode, 403, 'the account would get a role the linker does not hold')
})

t.test('a guardian keeps the record of the ward', async (t) => {
  const club = await platform.tenant('Club')
  const admin = await club.admin()
  const parent = (await admin.post('/api/v1/members', { lastName: 'Parent' })).json().id
  const child = (await admin.post('/api/v1/members', { lastName: 'Child', notes: 'hidden' })).json().id
  const { userId, client } = await signIn(club, 'parent@example.org')
  await admin.put(`/api/v1/members/${parent}/user`, { userId })
  t.equal((await client.get(`/api/v1/members/${child}`)).statusCode, 404)

  const made = await admin.post(`/api/v1/members/${child}/guardians`, { guardianId: parent })
  t.equal(made.statusCode, 201)
  t.match(made.json(), { guardianId: parent, wardId: child, relationship: 'parent', until: null })
  const read = await client.get(`/api/v1/members/${child}`)
  t.equal(read.statusCode, 200)
  t.notMatch(read.body, /hidden/)
  t.equal((await client.patch(`/api/v1/members/${child}`, { phone: '0221 3' })).statusCode, 200)
  t.equal((await client.patch(`/api/v1/members/${child}`, { role: 'admin' })).statusCode, 403)
  t.equal((await admin.post(`/api/v1/members/${child}/guardians`, { guardianId: parent })).statusCode, 409)
  t.equal((await admin.post(`/api/v1/members/${child}/guardians`, { guardianId: child })).statusCode, 400)

  t.equal((await admin.delete(`/api/v1/members/${child}/guardians/${made.json().id}`)).statusCode, 204)
  t.equal((await client.get(`/api/v1/members/${child}`)).statusCode, 404)
})
