import { isProblem } from '@guildhall/sdk'
import t from 'tap'
import { startTestPlatform } from '#core/testing/index.ts'
import { emailService, type NewMail } from '#plugins/email/refs.ts'
import { PostOffice, type Received, says } from './post-office.ts'

/** What the server says to a mail, by recipient. */
const answers = new Map<string, (one: Received) => void>()
const office = await PostOffice.open({
  answer: (one) => answers.get(one.to[0]!)?.(one),
  onRcptTo: (address, _session, callback) =>
    address.address.startsWith('nobody') ? callback(says(550, '5.1.1 No such user here')) : callback(),
})
const platform = await startTestPlatform({ mail: office.settings() })
t.teardown(async () => {
  await platform.close()
  await office[Symbol.asyncDispose]()
})

const minute = 60_000
type Club = Awaited<ReturnType<typeof platform.tenant>>
const send = async (club: Club, mail: NewMail) => {
  const service = await club.service(emailService)
  return club.unit((tx) => service.send(tx, mail))
}
const hello = (email: string, more: Partial<NewMail> = {}): NewMail => ({
  template: 'message',
  to: { email, name: 'Maria' },
  data: { subject: 'Open day', text: 'We open at ten.\nBring a friend!' },
  ...more,
})
/** The status of the problem it ends with. */
const refusal = (work: Promise<unknown>) =>
  work.then(
    () => 'none',
    (error: unknown) => (isProblem(error) ? error.status : error),
  )
const deliver = async (club: Club) => {
  await club.unit((tx) => tx.enqueue('email.deliver', {}))
  return platform.drain()
}
const list = async (club: Club, query = '') => (await (await club.admin()).get(`/api/v1/emails${query}`)).json().items

t.test('an invitation goes out with its link, and is sent again with a new one', async (t) => {
  const club = await platform.tenant('Makers')
  const admin = await club.admin()
  const invited = await admin.post('/api/v1/members/invites', {
    email: 'invited@example.org',
    message: 'See you <b>there</b>',
  })
  t.equal(invited.statusCode, 201, invited.body)
  t.same((await platform.drain()).failures, [])
  const [first] = office.to('invited@example.org')
  t.equal(first!.mail.subject, 'You are invited to Makers')
  t.notOk('acceptLink' in invited.json(), 'the mail carries it, and nothing else')
  t.match(first!.mail.text, /\/api\/v1\/members\/invites\/[\w-]{43}\/accept/)
  t.match(first!.mail.html, 'See you &lt;b&gt;there&lt;/b&gt;')
  await admin.post(`/api/v1/members/invites/${invited.json().id}/resend`)
  await platform.drain()
  t.equal(office.to('invited@example.org').length, 2)
  t.not(office.to('invited@example.org')[1]!.messageId, first!.messageId)
})

t.test('what a mail says is forgotten once it has left', async (t) => {
  const club = await platform.tenant('Forgetful')
  const { id } = await send(club, hello('gone@example.org'))
  await platform.drain()
  const [row] = await club.unit((tx) =>
    tx.query<{ data: null; rendered: null }>(
      'SELECT data, rendered FROM email.message WHERE tenant_id = $1 AND id = $2',
      [tx.tenantId, id],
    ),
  )
  t.same(row, { data: null, rendered: null })
})

t.test('of two mails with one key only the first is sent', async (t) => {
  const club = await platform.tenant('Once')
  const first = await send(club, hello('once@example.org', { key: 'k' }))
  const second = await send(club, hello('once@example.org', { key: 'k' }))
  t.same(second, { id: first.id, duplicate: true })
  const other = await platform.tenant('Elsewhere')
  t.equal((await send(other, hello('once@example.org', { key: 'k' }))).duplicate, false, 'keys are of one organisation')
  await platform.drain()
  t.equal(office.to('once@example.org').length, 2)
})

t.test('a mail of a unit of work that fails is never sent', async (t) => {
  const club = await platform.tenant('Undone')
  const service = await club.service(emailService)
  await t.rejects(
    club.unit(async (tx) => {
      await service.send(tx, hello('undone@example.org'))
      throw new Error('no')
    }),
  )
  await platform.drain()
  t.equal(office.to('undone@example.org').length, 0)
})

t.test('after a temporary failure the same mail is sent again, later, under the same Message-ID', async (t) => {
  const club = await platform.tenant('Patient')
  const seen: string[] = []
  answers.set('later@example.org', (one) => {
    seen.push(one.messageId)
    if (seen.length < 3) throw says(451, '4.3.0 Try again later')
  })
  const { id } = await send(club, hello('later@example.org'))
  await platform.drain()
  t.match(await list(club), [{ state: 'queued', attempts: 1, failures: [{ step: 'data', code: 451 }] }])
  await deliver(club)
  t.equal(seen.length, 1, 'not before its time')
  await platform.advance(minute + 1000)
  await deliver(club)
  await platform.advance(5 * minute + 1000)
  await deliver(club)
  t.same(seen, Array(3).fill(`<${id}@club.example>`))
  t.match(await list(club), [{ state: 'sent', attempts: 3, messageId: `<${id}@club.example>` }])
})

t.test('after eight attempts in a day a mail is given up and shown', async (t) => {
  const club = await platform.tenant('Stubborn')
  answers.set('never@example.org', () => {
    throw says(451, '4.3.0 Not today')
  })
  await send(club, hello('never@example.org'))
  await platform.drain()
  for (const wait of [1, 5, 15, 60, 180, 420, 759]) {
    await platform.advance(wait * minute + 1000)
    await deliver(club)
  }
  const [mail] = await list(club)
  t.match(mail, { state: 'failed', attempts: 8 })
  t.equal(mail.failures.length, 8)
  answers.delete('never@example.org')
  const admin = await club.admin()
  t.equal((await admin.post(`/api/v1/emails/${mail.id}/retry`)).statusCode, 200)
  await platform.drain()
  t.match(await list(club), [{ state: 'sent' }], 'by hand it starts anew')
})

t.test('an address that does not exist is suppressed, until somebody takes it off the list', async (t) => {
  const club = await platform.tenant('Bounced')
  const admin = await club.admin()
  await send(club, hello('nobody@example.org'))
  await platform.drain()
  t.match(await list(club), [{ state: 'failed', failures: [{ step: 'recipient', code: 550 }] }])
  await send(club, hello('Nobody@example.org'))
  await platform.drain()
  t.match(await list(club), [{ state: 'suppressed' }, { state: 'failed' }])
  const { items } = (await admin.get('/api/v1/email-suppressions')).json()
  t.match(items, [{ email: 'nobody@example.org', reason: 'bounced' }])
  t.notMatch(items[0].note, 'nobody@')
  t.equal((await admin.delete(`/api/v1/email-suppressions/${items[0].id}`)).statusCode, 204)
})

t.test('a hundred mails leave in a minute, the others wait for the next', async (t) => {
  const club = await platform.tenant('Many')
  const service = await club.service(emailService)
  await club.unit(async (tx) => {
    for (let i = 0; i < 130; i++) await service.send(tx, hello(`many${i}@example.org`))
  })
  t.same((await platform.drain()).failures, [])
  const sent = () => office.received.filter(({ to }) => to[0]!.startsWith('many')).length
  t.equal(sent(), 100)
  await platform.advance(minute + 1000)
  await deliver(club)
  t.equal(sent(), 130)
})

t.test('a waiting mail can be cancelled, a sent one cannot', async (t) => {
  const club = await platform.tenant('Second thoughts')
  const admin = await club.admin()
  const { id } = await send(club, hello('cancelled@example.org'))
  t.match((await admin.post(`/api/v1/emails/${id}/cancel`)).json(), { state: 'cancelled' })
  await platform.drain()
  t.equal(office.to('cancelled@example.org').length, 0)
  const { id: sent } = await send(club, hello('sent@example.org'))
  await platform.drain()
  t.equal((await admin.post(`/api/v1/emails/${sent}/cancel`)).statusCode, 409)
})

t.test('80: nothing but one plain address is a recipient, and no name ends a header', async (t) => {
  const club = await platform.tenant('Injected')
  const many = Array.from({ length: 10_000 }, (_, i) => `a${i}@example.org`).join(', ')
  for (const bad of [
    'a@example.org\r\nBcc: b@example.org',
    'a@example.org, b@example.org',
    '<a@example.org>',
    'a',
    many,
  ])
    t.equal(await refusal(send(club, hello(bad))), 400)
  await send(
    club,
    hello('plain@example.org', {
      to: { email: 'plain@example.org', name: 'Eve\r\nBcc: evil@example.org' },
      data: { subject: 'Hi\r\nBcc: evil@example.org', text: 'x' },
    }),
  )
  await platform.drain()
  const [one] = office.to('plain@example.org')
  t.same(one!.to, ['plain@example.org'])
  t.equal(one!.mail.bcc, undefined)
  t.equal(one!.mail.subject, 'Hi Bcc: evil@example.org')
})

t.test('a mail that misses what its template needs is refused when it is written', async (t) => {
  const club = await platform.tenant('Incomplete')
  t.equal(await refusal(send(club, hello('x@example.org', { data: { subject: 'x' } }))), 400)
  t.equal(await refusal(send(club, hello('x@example.org', { template: 'none' }))), 404)
})

t.test('who unsubscribes gets no bulk mail any more, but notices', async (t) => {
  const club = await platform.tenant('Newsletter')
  await send(club, hello('reader@example.org', { kind: 'bulk' }))
  await platform.drain()
  const [one] = office.to('reader@example.org')
  const link = /<(http[^>]+)>/.exec(String(one!.raw.replace(/\r\n\s+/g, ' ').match(/List-Unsubscribe: .*/)?.[0]))![1]!
  t.match(one!.raw, 'List-Unsubscribe-Post: List-Unsubscribe=One-Click')
  t.match(one!.mail.html, link)
  const stranger = await club.as('anonymous')
  const path = new URL(link).pathname
  t.match((await stranger.get(path)).json(), { organization: 'Newsletter', unsubscribed: false })
  t.match((await stranger.get(path)).json(), { unsubscribed: false }, 'looking changes nothing')
  const headers = { accept: 'text/html', 'accept-language': 'de' }
  const page = async (url: string) => (await platform.app.inject({ url, headers })).body
  t.match(await page(path), /Keine solchen Mails mehr von Newsletter\?.*<button>Abbestellen/s)
  const click = await platform.app.inject({
    method: 'POST',
    url: path,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payload: 'List-Unsubscribe=One-Click',
  })
  t.equal(click.statusCode, 200, click.body)
  t.match(await page(path), 'Sie bekommen keine solchen Mails mehr von Newsletter.')
  t.notMatch(await page(path), '<button', 'nobody is asked twice')
  await send(club, hello('reader@example.org', { kind: 'bulk' }))
  await send(club, hello('reader@example.org'))
  await platform.drain()
  const [, notice, ...rest] = office.to('reader@example.org')
  t.same(rest, [])
  for (const empty of ['No more mails like this', 'src=""', 'href=""']) t.notMatch(notice!.mail.html, empty)
  t.notMatch(notice!.mail.text, 'No more mails')
  t.equal((await stranger.post('/api/v1/unsubscribe/unknown', {})).statusCode, 404)
  t.match(await page('/api/v1/unsubscribe/unknown'), 'Nehmen Sie den Link aus einer neueren Mail', 'what to do')
})
