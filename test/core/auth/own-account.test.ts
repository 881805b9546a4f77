import t from 'tap'
import { rows } from '#core/auth/platform-rows.ts'
import { startTestPlatform } from '#core/testing/index.ts'
import { PostOffice } from '../../plugins/email/post-office.ts'
import { browserOf, choosePassword, password, sessionOf, signIn } from '../../support/signed-in.ts'
import { Browser } from './identity-under-test.ts'

const office = await PostOffice.open()
const platform = await startTestPlatform({ mail: office.settings() })
t.teardown(async () => {
  await platform.close()
  await office[Symbol.asyncDispose]()
})
const { platform: database } = platform.runtime.database
const [club, choir] = [await platform.tenant('Club'), await platform.tenant('Choir')]
const word = 'a long and winding password'
const account = '/api/v1/account'

/** Somebody whom the club let in with an account of its own: nobody has proven the address. */
async function confined(email: string) {
  const { people } = platform.identity
  const { accountId, userId } = await people.createAccount({ email, name: 'Ada', password, confinedTo: club.id })
  await club.unit((tx) => people.affiliate(tx, userId))
  const session = (await sessionOf(platform, email, password))!
  return { accountId, userId, session, client: browserOf(club, session, { named: false }) }
}
const owns = (userId: string, email: string) =>
  choir.unit((tx) => platform.identity.people.ownsAddress(tx, { userId, email }))
const tokenFor = async (email: string): Promise<string> => {
  await platform.settle()
  return /\/account\/address#token=([\w-]+)/.exec(office.to(email).at(-1)?.mail.text ?? '')![1]!
}
const prove = (token: string, typed: string) =>
  new Browser(platform.app).submit('/account/address', { token, password: typed })

t.test('a link from the mailbox and the password together prove the address and free the account', async (t) => {
  const email = 'ada@prove.example'
  const { client, userId } = await confined(email)
  t.match((await client.get(account)).json(), { email, emailVerified: false, confinedTo: club.slug })
  t.equal(await owns(userId, email), false)
  t.equal((await client.post(`${account}/address-proof`)).statusCode, 202)
  const token = await tokenFor(email)

  t.equal((await prove(token, 'not the password')).statusCode, 400, 'the mailbox alone proves nothing')
  t.equal((await prove('A'.repeat(43), password)).statusCode, 400, 'nor does the password')
  t.equal(await owns(userId, email), false)
  t.equal((await prove(token, password)).statusCode, 200)
  t.equal(await owns(userId, email), true, 'another organisation may let the account in')
  t.equal((await prove(token, password)).statusCode, 400, 'once')
  t.match((await client.get(account)).json(), { emailVerified: true, confinedTo: null })
  t.equal((await client.post(`${account}/address-proof`)).statusCode, 409, 'there is nothing left to prove')
  const trail = await rows<{ event: string }>(
    database,
    `SELECT event FROM core.platform_audit_event WHERE actor_id = $1 AND event LIKE 'auth.address%' ORDER BY id`,
    [userId],
  )
  t.same(
    trail.map(({ event }) => event),
    ['auth.address-proof-sent', 'auth.address-proven'],
  )
})

t.test('a link of one kind opens no door of another', async (t) => {
  const email = 'bea@prove.example'
  const { accountId, client } = await confined(email)
  await client.post(`${account}/address-proof`)
  const token = await tokenFor(email)
  const setting = await new Browser(platform.app).submit('/account/password', { token, password: word })
  t.equal(setting.statusCode, 400, 'it sets no password')
  const first = (await platform.identity.people.passwordLink(accountId)).split('=')[1]!
  t.equal((await prove(first, password)).statusCode, 400, 'a link that was shown proves nothing')
  await choosePassword(platform, `http://localhost:8000/account/password#token=${first}`, word)
  t.equal((await prove(token, word)).statusCode, 400, 'with the old password its links ended')
})

t.test('a mailbox gets three such mails an hour', async (t) => {
  const { client } = await confined('cem@prove.example')
  const ask = async () => (await client.post(`${account}/address-proof`)).statusCode
  t.same([await ask(), await ask(), await ask(), await ask()], [202, 202, 202, 429])
})

t.test('the password is changed with the old one, and the other browsers are out', async (t) => {
  const email = 'dan@own.example'
  const { session, client } = await signIn(club, email)
  const other = browserOf(club, (await sessionOf(platform, email, password))!)
  const change = (current: string, chosen: string) => client.post(`${account}/password`, { current, password: chosen })
  t.match((await change('not it', word)).json(), { status: 400, errors: [{ pointer: '/current', code: 'wrong' }] })
  t.match((await change(password, 'short')).json(), { status: 400, errors: [{ pointer: '/password', code: 'weak' }] })
  t.equal((await other.get(account)).statusCode, 200)
  t.equal((await change(password, word)).statusCode, 204)
  t.equal((await client.get(account)).statusCode, 200, 'this browser stays')
  t.equal((await other.get(account)).statusCode, 401)
  t.equal(await sessionOf(platform, email, password), null)
  t.ok(await sessionOf(platform, email, word))
  t.ok(session)
})

t.test('guessing the old password locks the account as guessing at sign-in does', async (t) => {
  const { client } = await signIn(club, 'eve@own.example')
  for (let i = 0; i < 5; i++) await client.post(`${account}/password`, { current: `guess ${i}`, password: word })
  const right = await client.post(`${account}/password`, { current: password, password: word })
  t.match(right.json(), { errors: [{ code: 'wrong' }] })
})

t.test('people see where they are signed in, and sign out there; not where others are', async (t) => {
  const email = 'fay@own.example'
  const { client } = await signIn(club, email)
  const second = browserOf(club, (await sessionOf(platform, email, password))!)
  const stranger = await signIn(club, 'gus@own.example')
  const list = async () =>
    (await client.get(`${account}/sessions`)).json().items as { id: string; current: boolean; address: string }[]
  const both = await list()
  t.equal(both.length, 2)
  t.equal(both.filter(({ current }) => current).length, 1)
  t.match(both[0], { address: '127.0.0.0', startedAt: /^\d{4}-/, endsAt: /^\d{4}-/ })
  const its = both.find(({ current }) => !current)!
  t.equal((await stranger.client.delete(`${account}/sessions/${its.id}`)).statusCode, 404)
  t.equal((await second.get(account)).statusCode, 200)
  t.equal((await client.delete(`${account}/sessions/${its.id}`)).statusCode, 204)
  t.equal((await second.get(account)).statusCode, 401)
  t.equal((await client.delete(`${account}/sessions/${its.id}`)).statusCode, 404)
  t.equal((await list()).length, 1)
})

t.test('the account page leads whoever may see bots to them, and nobody else', async (t) => {
  const admin = await club.admin()
  const { client, userId } = await signIn(club, 'joe@own.example')
  const waysIn = async (language: string): Promise<string[]> =>
    (await client.get('/account', { 'accept-language': language })).body.match(/<a href.*?<\/a>/g) ?? []
  t.same(await waysIn('de'), [], 'without the right there is nothing to see')
  await admin.post('/api/v1/grants', { userId, role: 'makerspace_admin' })
  t.same(await waysIn('de'), ['<a href="/bots">Bots</a>'])
  await choir.unit((tx) => platform.identity.people.affiliate(tx, userId))
  t.same(
    await waysIn('en'),
    [`<a href="/bots?org=${club.slug}">Bots – Club</a>`],
    'not to the choir, where he has no right',
  )
  await club.disable('bots')
  t.same(await waysIn('en'), [], 'nor where bots are off')
  await club.enable('bots')
})

t.test('a browser that was signed out from another is let in by the password alone', async (t) => {
  const email = 'ivy@own.example'
  const { client, session } = await signIn(club, email)
  const left = new Browser(platform.app)
  const comesBack = async () => {
    const { authorizationUrl } = (await left.post('/api/v1/auth/login', {})).json()
    return String((await left.get(authorizationUrl)).headers.location).includes('/auth/callback?code=')
  }
  const others = async () =>
    ((await client.get(`${account}/sessions`)).json().items as { id: string; current: boolean }[]).filter(
      ({ current }) => !current,
    )
  const ways = {
    'that one': async () => client.delete(`${account}/sessions/${(await others())[0]!.id}`),
    'all others': () => client.post('/account/end-others', {}),
    everywhere: () => client.post('/api/v1/auth/logout', { everywhere: true }),
  }
  for (const [way, end] of Object.entries(ways)) {
    t.ok(await sessionOf(platform, email, password, left), way)
    t.equal(await comesBack(), true, `${way}: while it lasts, without it`)
    t.ok((await end()).statusCode < 300, way)
    t.equal(await comesBack(), false, way)
  }
  t.equal((await browserOf(club, session).get(account)).statusCode, 401)
})

t.test('only a person in a browser has an account, and only pages of the platform act on it', async (t) => {
  const { session } = await signIn(club, 'hal@own.example')
  const [nobody, token] = [club.client(null), await club.admin()]
  const thief = club.client(null, { cookie: `sid=${session}`, 'sec-fetch-site': 'cross-site', 'x-csrf': '1' })
  const calls = [
    ['GET', account],
    ['GET', '/api/v1/account/sessions'],
    ['DELETE', '/api/v1/account/sessions/abc'],
    ['POST', '/api/v1/account/password', { current: password, password: word }],
    ['POST', '/api/v1/account/address-proof'],
  ] as const
  for (const [method, url, payload] of calls) {
    const as = async (client: typeof nobody) =>
      (await client.inject({ method, url, ...(payload && { payload }) })).statusCode
    t.equal(await as(nobody), 401, `${method} ${url} as nobody`)
    t.equal(await as(token), 403, `${method} ${url} with a token`)
    if (method !== 'GET') t.equal(await as(thief), 403, `${method} ${url} from another site`)
  }
  for (const path of ['new-password', 'address-proof', 'end-session', 'end-others', 'sign-out']) {
    const form = { 'content-type': 'application/x-www-form-urlencoded' }
    const url = `/account/${path}`
    t.equal((await thief.inject({ method: 'POST', url, headers: form })).statusCode, 403, path)
  }
  t.equal((await nobody.get('/')).headers.location, '/account')
  t.match((await nobody.get('/account')).body, /action="\/api\/v1\/auth\/login"/)
})

t.test('the page shows and does the same, in both languages', async (t) => {
  const email = 'ida@own.example'
  const { client, session } = await confined(email)
  await sessionOf(platform, email, password)
  const german = browserOf(club, session)
  const page = await german.inject({ url: '/account', headers: { 'accept-language': 'de' } })
  t.match(page.body, 'Ihr Konto')
  t.match(page.body, 'noch nicht bestätigt')
  const post = (path: string, form: Record<string, string> = {}) =>
    client.inject({
      method: 'POST',
      url: `/account/${path}`,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: new URLSearchParams(form).toString(),
    })
  t.match((await post('address-proof')).body, /role="status"/)
  t.ok(await tokenFor(email))
  const wrong = await post('new-password', { current: 'not it', password: word })
  t.equal(wrong.statusCode, 400)
  t.match(wrong.body, /role="alert"/)
  const id = /name="id" type="hidden" value="([\w-]+)"/.exec(page.body)![1]!
  t.notMatch((await post('end-session', { id })).body, id)
  t.equal((await post('new-password', { current: password, password: word })).statusCode, 200)
  const out = await post('sign-out')
  t.equal(out.statusCode, 303)
  t.match(out.headers.location, /^http:\/\/localhost:8000\/oidc\/session\/end\?/)
  t.equal((await client.get(account)).statusCode, 401)
})
