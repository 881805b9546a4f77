/**
 * What somebody with a good credential of another organisation, or with a small one of this, could try beside naming ids:
 * keys of requests, versions, switched-off plugins, credentials made of credentials, connections that stay open.
 */
import { randomUUID } from 'node:crypto'
import t from 'tap'
import { startTestPlatform, type TestTenant } from '#core/testing/index.ts'
import { signIn } from '../support/signed-in.ts'

const platform = await startTestPlatform({ heartbeatMs: 50 })
t.teardown(() => platform.close())
const [club, choir] = [await platform.tenant('Club'), await platform.tenant('Choir')]
const [ours, theirs] = [await club.admin(), await choir.admin()]
const members = '/api/v1/members'
const bodyOf = (answer: { statusCode: number; body: string }) => ({
  statusCode: answer.statusCode,
  body: answer.body.replace(/"(requestId|instance)":"[^"]*"/g, ''),
})
const made = async (by: typeof ours) =>
  (await by.post(members, { firstName: 'Ada', email: `${randomUUID()}@example.org` })).json() as {
    id: string
    version: number
  }

t.test('a key of one caller repeats nothing for another, here or elsewhere', async (t) => {
  const key = { 'idempotency-key': 'the-same-for-everybody' }
  const body = { firstName: 'Secret', lastName: 'Ours' }
  const first = await ours.post(members, body, key)
  t.equal(first.statusCode, 201)
  for (const [who, by] of [
    ['the other organisation', theirs],
    ['another credential here', await club.admin()],
  ] as const) {
    const again = await by.post(members, body, key)
    t.equal(again.statusCode, 201, who)
    t.notOk(again.headers['idempotency-replayed'], who)
    t.not(again.json().id, first.json().id, who)
  }
  const reader = await club.as({ role: 'admin' })
  t.equal((await reader.post(members, body, key)).statusCode, 403, 'nor for whoever may not')
})

t.test('a version says nothing of what one may not see', async (t) => {
  const { id, version } = await made(ours)
  for (const tag of [`"v${version}"`, '"v999"', '*']) {
    const at = async (one: string) => {
      const url = `${members}/${one}`
      return [
        bodyOf(await theirs.get(url, { 'if-none-match': tag })),
        bodyOf(await theirs.put(url, { firstName: 'Eve' }, { 'if-match': tag })),
        bodyOf(await theirs.delete(url, { 'if-match': tag })),
      ]
    }
    const foreign = await at(id)
    t.same(foreign, await at(randomUUID()), tag)
    t.same(new Set(foreign.map(({ statusCode }) => statusCode)), new Set([404]), tag)
  }
  const own = await ours.get(`${members}/${id}`)
  t.match(own.json(), { firstName: 'Ada', version })
  t.equal(own.headers['cache-control'], 'no-store', 'nor does a browser that saw it and belongs to somebody else now')
})

t.test('a plugin that is off says nothing of what it keeps', async (t) => {
  const quiet = await platform.tenant('Quiet')
  const admin = await quiet.admin()
  const { items } = (await admin.get('/api/v1/emails')).json()
  t.same(items, [])
  await admin.post('/api/v1/members/invites', { email: 'kept@example.org' })
  await platform.settle()
  const [mail] = (await admin.get('/api/v1/emails')).json().items as { id: string }[]
  await quiet.disable('email')
  const known = bodyOf(await admin.get(`/api/v1/emails/${mail!.id}`))
  t.equal(known.statusCode, 404)
  t.same(known, bodyOf(await admin.get(`/api/v1/emails/${randomUUID()}`)))
})

t.test('a small credential makes no greater one, and no use of one', async (t) => {
  const small = await club.as({
    role: 'makerspace_admin',
    scopes: ['core.tokens.manage', 'core.service-accounts.manage', 'core.grants.manage', 'core.roles.manage'],
  })
  const big = { name: 'big', role: 'makerspace_admin' }
  t.equal((await small.post('/api/v1/api-tokens', big)).statusCode, 403)
  t.equal((await small.post('/api/v1/api-tokens', { ...big, scopes: ['members.*'] })).statusCode, 403)
  t.equal((await small.post('/api/v1/service-accounts', big)).statusCode, 403)
  t.equal(
    (await small.post('/api/v1/roles', { key: 'mine', title: 'Mine', permissions: ['members.delete'] })).statusCode,
    403,
  )
  const account = (await ours.post('/api/v1/service-accounts', big)).json() as { id: string }
  const at = `/api/v1/service-accounts/${account.id}`
  t.equal((await small.post(`${at}/renew-secret`)).statusCode, 403, 'nor gets hold of one that is there')
  t.equal((await small.put(at, { scopes: null })).statusCode, 403)
  const { userId } = await signIn(club, 'maker@stranger.example')
  t.equal((await small.post('/api/v1/grants', { userId, role: 'makerspace_admin' })).statusCode, 403)
})

t.test('a service account is one organisation, whatever it names', async (t) => {
  const { clientId, clientSecret } = (
    await ours.post('/api/v1/service-accounts', { name: 'bridge', role: 'admin', scopes: ['members.read'] })
  ).json()
  const token = await tokenOf(clientId, clientSecret)
  const named = (organization: TestTenant) => club.client(token, { 'x-organization': organization.slug })
  t.equal((await named(club).get(members)).statusCode, 200)
  t.equal((await named(choir).get(members)).statusCode, 404)
  t.equal((await named(club).get('/api/v1/api-tokens')).statusCode, 403)
  t.equal((await named(club).get('/api/v1/account')).statusCode, 403)
})

const tokenOf = async (id: string, secret: string): Promise<string> =>
  (
    await platform.app.inject({
      method: 'POST',
      url: '/oidc/token',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
      },
      payload: 'grant_type=client_credentials',
    })
  ).json().access_token

t.test('an open stream shows its own organisation, and ends with the password it was opened by', async (t) => {
  const { session, client, userId } = await signIn(club, 'ida@stranger.example')
  await choir.unit((tx) => platform.identity.people.affiliate(tx, userId))
  const address = await platform.app.listen({ port: 0, host: '127.0.0.1' })
  const open = await fetch(`${address}/api/v1/notifications`, {
    headers: {
      cookie: `sid=${session}`,
      'x-organization': club.slug,
      accept: 'text/event-stream',
      // From the beginning of time, or of another inbox.
      'last-event-id': '2000-01-01T00:00:00.000Z',
    },
  })
  t.equal(open.status, 200)
  const reader = open.body!.getReader()
  const heard = (async () => {
    let text = ''
    for (;;) {
      const { value, done } = await reader.read()
      if (done) return text
      text += new TextDecoder().decode(value)
    }
  })()
  const [made] = await platform.identity.people.resetLinks('ida@stranger.example')
  const form = new URLSearchParams({ token: made!.link.split('=')[1]!, password: 'a long and winding password' })
  const set = await platform.app.inject({
    method: 'POST',
    url: '/account/password',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payload: form.toString(),
  })
  t.equal(set.statusCode, 200)
  t.match(await heard, /event: problem\ndata: .*"status":401/)
  t.equal((await client.get('/api/v1/account')).statusCode, 401)
})
