import t from 'tap'
import { startTestPlatform } from '#core/testing/index.ts'
import { membersPlugin } from '#plugins/members/index.ts'

const platform = await startTestPlatform({ plugins: [membersPlugin], now: new Date('2026-03-10T12:00:00Z') })
t.teardown(() => platform.close())

t.test('a member needs no more than a name and comes back whole', async (t) => {
  const club = await platform.tenant('Club')
  const admin = await club.admin()
  const made = await admin.post('/api/v1/members', { lastName: 'Müller' })
  t.equal(made.statusCode, 201)
  t.equal(made.headers.location, `/api/v1/members/${made.json().id}`)
  t.equal(made.headers.etag, '"v1"')
  t.match(made.json(), { displayName: 'Müller', role: 'maker', status: 'active', joinedOn: '2026-03-10', email: null })

  const { possibleDuplicates, ...first } = made.json()
  t.same(possibleDuplicates, [])
  const read = await admin.get(`/api/v1/members/${first.id}`)
  t.equal(read.statusCode, 200)
  t.same(read.json(), first)
})

t.test('everything of the profile can be written and read', async (t) => {
  const club = await platform.tenant('Club')
  const admin = await club.admin()
  const profile = {
    firstName: 'Nydia',
    middleName: 'M.',
    lastName: 'Velázquez',
    suffix: 'Jr.',
    displayName: 'Nydia Velázquez',
    email: 'Nydia@Example.org',
    phone: '+49 221 4710000',
    address: { street: 'Domkloster', houseNumber: '4', postalCode: '50667', city: 'Köln', country: 'DE' },
    birthday: '1953-03-28',
    gender: 'female',
    photoUrl: 'https://example.org/n.jpg',
    language: 'es',
    notes: 'Two\nlines <b>of text</b>',
    skills: ['Welding'],
    tags: ['Board', 'Volunteer'],
    externalIds: [{ system: 'register', value: 'V000081' }],
    metadata: { party: { name: 'D' } },
    emergencyContact: { name: 'Paul', phone: '+49 221 4710001' },
    joinedOn: '1993-01-05',
    leftOn: '2026-12-31',
  }
  const { id } = (await admin.post('/api/v1/members', profile)).json()
  t.match((await admin.get(`/api/v1/members/${id}`)).json(), profile)
})

t.test('what cannot be a member is refused with the place', async (t) => {
  const club = await platform.tenant('Club')
  const admin = await club.admin()
  const cases: [object, string][] = [
    [{ email: 'a@example.org' }, '/lastName'],
    [{ lastName: 'A', birthday: '2026-03-11' }, '/birthday'],
    [{ lastName: 'A', birthday: '2026-02-30' }, '/birthday'],
    [{ lastName: 'A', joinedOn: '2026-01-02', leftOn: '2026-01-01' }, '/leftOn'],
    [{ lastName: 'A', email: 'nobody' }, '/email'],
    [{ lastName: 'A', customFields: { shoe: 43 } }, '/customFields/shoe'],
    [{ lastName: 'A', status: 'active' }, '/status'],
    [{ lastName: 'A', role: 'king' }, '/role'],
  ]
  for (const [body, pointer] of cases) {
    const answer = await admin.post('/api/v1/members', body)
    t.equal(answer.statusCode, 400, pointer)
    t.ok(
      answer.json().errors?.some((error: { pointer: string }) => error.pointer.startsWith(pointer)),
      answer.body,
    )
  }
  t.same((await admin.get('/api/v1/members')).json().items, [])
})

t.test('PUT and PATCH merge, null empties, and a stale version is refused', async (t) => {
  const club = await platform.tenant('Club')
  const admin = await club.admin()
  const { id } = (
    await admin.post('/api/v1/members', { firstName: 'Ada', lastName: 'Byron', phone: '0221 1', tags: ['a', 'b'] })
  ).json()
  const url = `/api/v1/members/${id}`
  const put = await admin.put(url, { lastName: 'Lovelace', tags: ['B', 'c'] })
  t.match(put.json(), { displayName: 'Ada Lovelace', phone: '0221 1', tags: ['B', 'c'], version: 2 })
  t.same((await admin.get('/api/v1/members?tag=a')).json().items, [])
  t.equal((await admin.get('/api/v1/members?tag=C')).json().items.length, 1)

  const patch = await admin.patch(url, { phone: null, displayName: 'The Countess' }, { 'if-match': '"v2"' })
  t.match(patch.json(), { phone: null, displayName: 'The Countess', version: 3 })
  t.equal((await admin.patch(url, { firstName: 'A.' })).json().displayName, 'The Countess', 'a chosen name stays')
  t.equal((await admin.patch(url, { lastName: 'X' }, { 'if-match': '"v2"' })).statusCode, 412)
  t.equal((await admin.delete(url, { 'if-match': '"v2"' })).statusCode, 412)

  const same = await admin.patch(url, { tags: ['B', 'c'] })
  t.equal(same.json().version, 4, 'what changes nothing makes no version')
})

t.test('an e-mail address and an external id belong to one living member', async (t) => {
  const club = await platform.tenant('Club')
  const admin = await club.admin()
  const other = await platform.tenant('Other')
  const ids = [{ system: 'register', value: '7' }]
  const { id } = (
    await admin.post('/api/v1/members', { lastName: 'A', email: 'a@example.org', externalIds: ids })
  ).json()
  const email = await admin.post('/api/v1/members', { lastName: 'B', email: 'A@EXAMPLE.org' })
  t.equal(email.statusCode, 409)
  t.equal(email.json().errors[0].pointer, '/email')
  t.equal((await admin.post('/api/v1/members', { lastName: 'B', externalIds: ids })).statusCode, 409)
  t.equal(
    (await (await other.admin()).post('/api/v1/members', { lastName: 'A', email: 'a@example.org', externalIds: ids }))
      .statusCode,
    201,
  )

  await admin.delete(`/api/v1/members/${id}`)
  const next = await admin.post('/api/v1/members', { lastName: 'B', email: 'a@example.org', externalIds: ids })
  t.equal(next.statusCode, 201, "a deleted member's are free")
  t.equal((await admin.post(`/api/v1/members/${id}/restore`)).statusCode, 409)
  await admin.delete(`/api/v1/members/${next.json().id}`)
  t.equal((await admin.post(`/api/v1/members/${id}/restore`)).statusCode, 200)
  t.equal((await admin.get('/api/v1/members?externalId=7')).json().items[0].id, id)
})

t.test('a deleted member is gone everywhere and can come back', async (t) => {
  const club = await platform.tenant('Club')
  const admin = await club.admin()
  const { id } = (await admin.post('/api/v1/members', { lastName: 'Gone' })).json()
  const deleted = await admin.delete(`/api/v1/members/${id}`)
  t.equal(deleted.statusCode, 204)
  t.equal(deleted.body, '')
  for (const url of [`/api/v1/members/${id}`, `/api/v1/members/${id}/activities`])
    t.equal((await admin.get(url)).statusCode, 404, url)
  t.equal((await admin.put(`/api/v1/members/${id}`, { lastName: 'X' })).statusCode, 404)
  t.equal((await admin.post(`/api/v1/members/${id}/suspend`, { reason: 'x' })).statusCode, 404)
  t.same((await admin.get('/api/v1/members?search=gone&total=true')).json(), {
    items: [],
    page: { nextCursor: null, total: 0 },
  })

  t.equal((await admin.post(`/api/v1/members/${id}/restore`)).json().displayName, 'Gone')
  t.equal((await admin.get('/api/v1/members?search=gone')).json().items.length, 1)
  t.equal((await admin.post(`/api/v1/members/${id}/restore`)).statusCode, 404, 'only a deleted one')
})

t.test('the log says what was done, by whom, and with which values', async (t) => {
  const club = await platform.tenant('Club')
  const admin = await club.admin()
  const { id } = (await admin.post('/api/v1/members', { lastName: 'Log' })).json()
  await admin.patch(`/api/v1/members/${id}`, { phone: '0221 5' })
  await admin.post(`/api/v1/members/${id}/suspend`, { reason: 'Fees' })
  const { items } = (await admin.get(`/api/v1/members/${id}/activities`)).json()
  t.same(
    items.map(({ kind }: { kind: string }) => kind),
    ['suspended', 'updated', 'created'],
  )
  t.same(items[1].changes, [{ field: 'phone', from: null, to: '0221 5' }])
  t.equal(items[0].detail.reason, 'Fees')
  t.equal(items[1].actor.kind, 'token')
  t.equal((await admin.get(`/api/v1/members/${id}/activities?kind=created`)).json().items.length, 1)

  const trail = await club.audit()
  t.same(
    trail.map(({ action }) => action).filter((action) => action.startsWith('members.')),
    ['members.created', 'members.updated', 'members.suspended'],
  )
  const included = (await admin.get(`/api/v1/members/${id}?include=activities`)).json()
  t.equal(included.activities.length, 3)
  t.equal((await admin.get(`/api/v1/members/${id}?include=horses`)).statusCode, 400)
})

t.test('who is suspended already stays so from then; the log says what changed', async (t) => {
  const club = await platform.tenant('Club')
  const admin = await club.admin()
  const { id } = (await admin.post('/api/v1/members', { lastName: 'Twice' })).json()
  const suspend = async (reason: string) => (await admin.post(`/api/v1/members/${id}/suspend`, { reason })).json()
  const first = await suspend('Fees')
  await platform.advance(60_000)
  t.same(await suspend('Fees'), first, 'the same again changes nothing')
  const other = await suspend('Theft')
  t.equal(other.suspendedAt, first.suspendedAt)
  t.match(other, { suspendedReason: 'Theft', version: first.version + 1 })
  await admin.post(`/api/v1/members/${id}/reactivate`)
  const { items } = (await admin.get(`/api/v1/members/${id}/activities?sort=at`)).json()
  t.same(
    items.slice(1).map(({ kind, changes }: { kind: string; changes: unknown }) => ({ kind, changes })),
    [
      {
        kind: 'suspended',
        changes: [
          { field: 'status', from: 'active', to: 'suspended' },
          { field: 'suspendedReason', from: null, to: 'Fees' },
        ],
      },
      { kind: 'updated', changes: [{ field: 'suspendedReason', from: 'Fees', to: 'Theft' }] },
      {
        kind: 'reactivated',
        changes: [
          { field: 'status', from: 'suspended', to: 'active' },
          { field: 'suspendedReason', from: 'Theft', to: null },
        ],
      },
    ],
  )
  t.equal((await admin.get('/api/v1/audit?event=members.suspended')).json().items.length, 1)
})

t.test('events carry ids and names of fields, never values', async (t) => {
  const club = await platform.tenant('Club')
  const admin = await club.admin()
  const { id } = (
    await admin.post('/api/v1/members', { lastName: 'Canary-8812', email: 'canary-8812@example.org' })
  ).json()
  await admin.patch(`/api/v1/members/${id}`, { notes: 'canary-8812' })
  const rows = await club.unit((tx) =>
    tx.query<{ name: string; payload: object }>(
      'SELECT name, payload FROM core.event WHERE tenant_id = $1 ORDER BY at, id',
      [tx.tenantId],
    ),
  )
  t.match(rows, [
    { name: 'members.created', payload: { memberId: id, sendWelcome: false } },
    { name: 'members.updated', payload: { memberId: id, changed: ['notes'] } },
  ])
  t.notMatch(JSON.stringify(rows), /canary-8812/i)
})
