import type { LightMyRequestResponse } from 'fastify'
import t from 'tap'
import { startTestPlatform } from '#core/testing/index.ts'
import { DocumentClient, documentOf } from './document.ts'

t.setTimeout(180_000)

/** What a client meets that has read the document and nothing else: DOMAIN §1, resource by resource. */

interface Resource {
  /** The address of the list. */
  readonly at: string
  readonly make: (n: number) => object
  readonly change: object
  /** A key the list can be sorted by first; '' where the list is short and comes whole. */
  readonly sort: string
  /** PUT and PATCH both merge; some resources have only one of them. */
  readonly with: 'PUT' | 'PATCH'
  readonly parameter?: string
}

const resources: readonly Resource[] = [
  {
    at: '/api/v1/members',
    make: (n) => ({ firstName: 'Ada', lastName: `Walker ${n}`, email: `ada${n}@example.org` }),
    change: { notes: 'Changed' },
    sort: 'lastName',
    with: 'PUT',
  },
  {
    at: '/api/v1/members',
    make: (n) => ({ displayName: `Only ${n}` }),
    change: { tags: ['x'] },
    sort: '-createdAt',
    with: 'PATCH',
  },
  {
    at: '/api/v1/members/plans',
    make: (n) => ({ name: `Plan ${n}` }),
    change: { description: 'Changed' },
    sort: 'name',
    with: 'PUT',
  },
  {
    at: '/api/v1/groups',
    make: (n) => ({ name: `Group ${n}` }),
    change: { description: 'Changed' },
    sort: 'name',
    with: 'PUT',
  },
  {
    at: '/api/v1/households',
    make: (n) => ({ name: `House ${n}` }),
    change: { name: 'Changed' },
    sort: 'name',
    with: 'PATCH',
  },
  {
    at: '/api/v1/custom-fields',
    make: (n) => ({ key: `field${n}`, type: 'text', title: `Field ${n}` }),
    change: { title: 'Changed' },
    sort: '',
    with: 'PATCH',
  },
  {
    at: '/api/v1/roles',
    make: (n) => ({ key: `role${n}`, title: `Role ${n}`, permissions: [] }),
    change: { title: 'Changed' },
    sort: '',
    with: 'PUT',
    parameter: 'key',
  },
  {
    at: '/api/v1/service-accounts',
    make: (n) => ({ name: `Door ${n}`, role: 'maker' }),
    change: { name: 'Gate' },
    sort: '-createdAt',
    with: 'PUT',
  },
]

const platform = await startTestPlatform()
t.teardown(() => platform.close())
const club = await platform.tenant('Club')
const admin = await club.admin()
const document = await documentOf(admin)
const versionOf = (response: LightMyRequestResponse) => response.json().version as number

for (const resource of resources) {
  const { at, parameter = 'id' } = resource
  const one = `${at}/{${parameter}}`
  t.test(`${at} (${resource.with}): made, found, changed, deleted, gone`, async (t) => {
    const client = new DocumentClient(document, admin)
    const made = await client.call(`POST ${at}`, { body: resource.make(1) })
    t.equal(made.statusCode, 201, made.body)
    const { id } = made.json()
    t.equal(made.headers.location, `${at}/${id}`)
    const path = { [parameter]: id }

    const read = await client.call(`GET ${one}`, { path })
    t.equal(read.statusCode, 200)
    t.equal(read.headers.etag, `"v${versionOf(read)}"`)
    t.match(read.json(), { id, createdAt: /^\d{4}-.*Z$/, updatedAt: /^\d{4}-.*Z$/ })
    const known = await client.call(`GET ${one}`, { path, headers: { 'if-none-match': String(read.headers.etag) } })
    t.equal(known.statusCode, 304)
    t.equal(known.body, '')

    const stale = { 'if-match': String(read.headers.etag) }
    const changed = await client.call(`${resource.with} ${one}`, { path, body: resource.change, headers: stale })
    t.equal(changed.statusCode, 200, changed.body)
    t.match(changed.json(), resource.change)
    t.equal(versionOf(changed), versionOf(read) + 1)
    const merged = Object.keys(resource.make(1)).filter((key) => !(key in resource.change))
    for (const key of merged) t.same(changed.json()[key], read.json()[key], `${key} stays as it was`)

    const late = await client.call(`${resource.with} ${one}`, { path, body: resource.change, headers: stale })
    t.equal(late.statusCode, 412, 'somebody was faster')
    t.equal((await client.call(`DELETE ${one}`, { path, headers: stale })).statusCode, 412)
    const deleted = await client.call(`DELETE ${one}`, { path, headers: { 'if-match': String(changed.headers.etag) } })
    t.equal(deleted.statusCode, 204)
    t.equal(deleted.body, '')
    for (const key of [`GET ${one}`, `${resource.with} ${one}`, `DELETE ${one}`]) {
      const gone = await client.call(key, { path, ...(key.startsWith('P') ? { body: resource.change } : {}) })
      t.equal(gone.statusCode, 404, key)
      t.match(gone.json(), {
        type: '/docs/errors#not-found',
        status: 404,
        title: String,
        requestId: String,
        instance: `${at}/${id}`,
      })
    }
    t.same(client.deviations, [])
  })

  if (resource.sort !== '')
    t.test(`${at} (${resource.with}): a page leads to the next, until all have come once`, async (t) => {
      const client = new DocumentClient(document, admin)
      const before = (await client.call(`GET ${at}`, { query: { total: true, limit: 1 } })).json().page.total as number
      for (let n = 10; n < 17; n++)
        t.equal((await client.call(`POST ${at}`, { body: resource.make(n) })).statusCode, 201)
      const first = await client.call(`GET ${at}`, { query: { limit: 3, sort: resource.sort, total: true } })
      t.equal(first.json().page.total, before + 7)
      t.equal(first.json().items.length, Math.min(3, before + 7))
      const ids: string[] = []
      let url = `${at}?limit=3&sort=${resource.sort}`
      for (let pages = 0; url && pages < 50; pages++) {
        const page = await admin.get(url)
        t.equal(page.statusCode, 200)
        ids.push(...page.json().items.map((item: { id: string }) => item.id))
        const link = /^<([^>]+)>; rel="next"$/.exec(String(page.headers.link ?? ''))?.[1]
        t.equal(link === undefined, page.json().page.nextCursor === null, 'Link and nextCursor say the same')
        url = link ?? ''
      }
      t.equal(ids.length, before + 7)
      t.equal(new Set(ids).size, ids.length, 'none came twice')
      t.same(client.deviations, [])
    })

  t.test(`${at} (${resource.with}): a key makes a retried creation one creation`, async (t) => {
    const headers = { 'idempotency-key': `walk-${resource.with}-${at}` }
    const [a, b] = await Promise.all([1, 2].map(() => admin.post(at, resource.make(100), headers)))
    t.same([a?.statusCode, b?.statusCode], [201, 201], `${a?.body} ${b?.body}`)
    t.equal(a?.json().id, b?.json().id)
    t.equal((await admin.post(at, resource.make(101), headers)).statusCode, 422, 'the same key for something else')
  })
}

/** Lists that are read and replaced as a whole: two bodies that differ. */
const lists: Readonly<Record<string, readonly [object, object]>> = {
  '/api/v1/groups/levels': [
    { levels: [{ key: 'club', title: 'Club', layer: true, children: [], roles: [] }] },
    { levels: [{ key: 'club', title: 'Verein', layer: true, children: [], roles: [] }] },
  ],
  '/api/v1/groups/functions': [
    { functions: [{ key: 'chair', title: 'Chair', permissions: [], extent: 'group' }] },
    { functions: [] },
  ],
  '/api/v1/groups/gender-groups': [{ genderGroups: [{ code: 'F', label: 'Women' }] }, { genderGroups: [] }],
  '/api/v1/groups/stages': [{ stages: [{ label: 'Youth', minAge: null, maxAge: 18 }] }, { stages: [] }],
  '/api/v1/role-mappings': [
    { mappings: [{ claim: 'organization-role', value: 'treasurer', role: 'maker' }] },
    { mappings: [] },
  ],
}
for (const [at, [one, another]] of Object.entries(lists))
  t.test(`${at}: of two who replace what they have read, the second is told`, async (t) => {
    const client = new DocumentClient(document, admin)
    t.equal((await client.call(`PUT ${at}`, { body: another })).statusCode, 200)
    const etag = String((await client.call(`GET ${at}`)).headers.etag)
    t.equal((await client.call(`GET ${at}`, { headers: { 'if-none-match': etag } })).statusCode, 304)
    const put = (body: object) => client.call(`PUT ${at}`, { body, headers: { 'if-match': etag } })
    const both = await Promise.all([put(one), put({ ...one })])
    t.same(
      both.map(({ statusCode }) => statusCode).toSorted((a, b) => a - b),
      [200, 412],
    )
    t.equal((await put(another)).statusCode, 412)
    const now = (await client.call(`GET ${at}`)).headers.etag
    t.equal(both.find(({ statusCode }) => statusCode === 200)?.headers.etag, now, 'the answer tells the new version')
    t.not(now, etag)
    t.same(client.deviations, [])
  })

t.test('a body that is no good is refused at the place where it is not', async (t) => {
  const at = '/api/v1/members'
  const refused = async (body: unknown, pointer: string) => {
    const answer = await admin.inject({
      method: 'POST',
      url: at,
      headers: { 'content-type': 'application/json' },
      payload: JSON.stringify(body),
    })
    t.equal(answer.statusCode, 400, answer.body)
    t.equal(answer.headers['content-type'], 'application/problem+json; charset=utf-8')
    t.ok(
      answer.json().errors.some((error: { pointer: string }) => error.pointer === pointer),
      `${pointer}: ${answer.body}`,
    )
  }
  await refused({ firstName: 'x', colour: 'red' }, '/colour')
  await refused({ firstName: 1 }, '/firstName')
  await refused({ firstName: 'x', tags: ['a', 2] }, '/tags/1')
  await refused({ firstName: 'x', address: { street: 'x', planet: 'Mars' } }, '/address/planet')
  await refused({ firstName: 'x'.repeat(201) }, '/firstName')
  await refused({ firstName: 'a\u0000b' }, '/firstName')
  await refused({ firstName: 'x', metadata: { deep: 'x'.repeat(20_000) } }, '/metadata')
  await refused({ firstName: 'x', email: 'no address' }, '/email')
  await refused({ firstName: 'x', birthday: '2024-02-30' }, '/birthday')
  await refused({ firstName: 'x', birthday: '0000-01-01' }, '/birthday')
  await refused({ firstName: 'x', birthday: 5 }, '/birthday')
  await refused([], '')
  await refused('x', '')
})

t.test('money has a currency that there is', async (t) => {
  const plan = (currency: string) =>
    admin.post('/api/v1/members/plans', { name: `In ${currency}`, price: { amount: 1, currency } })
  t.equal((await plan('JPY')).statusCode, 201)
  for (const currency of ['XXQ', 'eur', 'EURO']) {
    const answer = await plan(currency)
    t.equal(answer.statusCode, 400, currency)
    t.match(answer.json().errors, [{ pointer: '/price/currency' }], currency)
  }
  t.equal((await admin.put('/api/v1/organizations/current', { currency: 'XXQ' })).statusCode, 400)
})

t.test('a token is told to which organisation it belongs', async (t) => {
  const status = (await admin.get('/api/v1/auth/status')).json()
  t.match(status.organizations, [{ id: club.id, slug: club.slug, name: club.name, status: 'active' }])
  t.equal(status.currentOrganization, club.id)
})

t.test('what is no JSON, too much, of another kind or too deep is refused as that', async (t) => {
  const send = (payload: string, type = 'application/json', method: 'POST' | 'PUT' = 'POST', url = '/api/v1/members') =>
    admin.inject({ method, url, headers: { 'content-type': type }, payload })
  t.equal((await send('{"firstName":')).statusCode, 400)
  t.match((await send('{"firstName":')).json(), { type: '/docs/errors#malformed-request' })
  t.equal((await send('firstName=x', 'application/x-www-form-urlencoded')).statusCode, 415)
  t.equal((await send('<x/>', 'text/xml')).statusCode, 415)
  t.equal((await send(`{"firstName":"${'x'.repeat(2_000_000)}"}`)).statusCode, 413)
  const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`
  t.equal((await send(`{"firstName":"x","metadata":{"a":${deep}}}`)).statusCode, 400)
  t.equal((await send('{"firstName":"x","__proto__":{"admin":true}}')).statusCode, 400)
  t.equal((await send('{"firstName":"x","constructor":{"prototype":{"admin":true}}}')).statusCode, 400)
  const method = await admin.inject({ method: 'DELETE', url: '/api/v1/members' })
  t.equal(method.statusCode, 405)
  t.same(String(method.headers.allow).split(', ').sort(), ['GET', 'HEAD', 'POST'])
  t.equal((await admin.get('/api/v1/nothing/here')).statusCode, 404)
  t.equal((await admin.get('/api/v1/members/not-an-id')).statusCode, 400)
  t.equal((await admin.get('/api/v1/members?limit=0')).statusCode, 400)
  t.equal((await admin.get('/api/v1/members?limit=201')).statusCode, 400)
  t.equal((await admin.get('/api/v1/members?cursor=nonsense')).statusCode, 400)
  t.equal((await admin.get('/api/v1/members?sort=shoeSize')).statusCode, 400)
  t.equal((await admin.get('/api/v1/members?shoeSize=44')).statusCode, 400)
})
