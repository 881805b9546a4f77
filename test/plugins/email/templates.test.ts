import t from 'tap'
import { startTestPlatform } from '#core/testing/index.ts'
import { emailService } from '#plugins/email/refs.ts'
import { PostOffice } from './post-office.ts'

const office = await PostOffice.open()
const platform = await startTestPlatform({ mail: office.settings() })
t.teardown(async () => {
  await platform.close()
  await office[Symbol.asyncDispose]()
})
const club = await platform.tenant('Makers')
const admin = await club.admin()
const at = (id: string, rest = '') => `/api/v1/email-templates/${id}${rest}`
const texts = (o: { subject?: string; html?: string; text?: string } = {}) => ({
  subject: 'Hello {{ name }}',
  html: '<p>Hello {{ name }}</p>',
  text: 'Hello {{ name }}',
  ...o,
})
const preview = async (id: string, body: object) => (await admin.post(at(id, '/preview'), body)).json()

t.test('every shipped template renders in both languages with its examples', async (t) => {
  const { items } = (await admin.get('/api/v1/email-templates')).json()
  const ids = items.map(({ id }: { id: string }) => id)
  for (const id of ['invitation', 'welcome', 'expiry-reminder', 'suspension', 'account-link'])
    t.ok(ids.includes(id), id)
  for (const id of ids)
    for (const language of ['de', 'en']) {
      const shown = await preview(id, { language })
      t.same(shown.problems, [], `${id} ${language}`)
      for (const part of ['subject', 'html', 'text'])
        t.notMatch(shown[part], /\{\{|\{%|undefined|\[object/, `${id} ${language} ${part}`)
      t.match(shown.html, `lang="${language}"`)
    }
})

t.test('German and English say the same thing in their own words', async (t) => {
  t.match(await preview('expiry-reminder', { language: 'de' }), { subject: 'Ihre Mitgliedschaft endet am 14.03.2027' })
  t.match(await preview('expiry-reminder', { language: 'en' }), { subject: 'Your membership ends on 14 March 2027' })
  t.match((await preview('expiry-reminder', { language: 'en', data: { days: 1 } })).text, 'in 1 day.')
})

t.test('a template is called in both languages what the platform calls it, until somebody here names it', async (t) => {
  const named = await platform.tenant('Names')
  const staff = await named.admin()
  const titles = async () =>
    new Map(
      (await staff.get('/api/v1/email-templates'))
        .json()
        .items.map((one: { id: string; titles: object }) => [one.id, one.titles]),
    )
  const german = { de: 'Willkommen', en: 'Welcome' }
  t.match((await titles()).get('welcome'), german)
  for (const [id, { de, en }] of (await titles()) as Map<string, { de: string; en: string }>) t.not(de, en, id)
  await staff.put(at('welcome'), { texts: { en: texts() } })
  t.match((await titles()).get('welcome'), german, 'other words do not make it another template')
  await staff.put(at('welcome'), { title: 'Ahoy', texts: { en: texts() } })
  t.match((await titles()).get('welcome'), { de: 'Ahoy', en: 'Ahoy' })
})

t.test('what a mail says is text, never markup', async (t) => {
  const attack = '<script>alert(1)</script><img src=x onerror=alert(1)>'
  const shown = await preview('welcome', { language: 'en', data: { name: attack } })
  t.notMatch(shown.html, '<script')
  t.notMatch(shown.html, '<img src=x')
  t.match(shown.html, '&lt;script&gt;')
  const linked = await preview('welcome', { language: 'en', data: { link: 'javascript:alert(1)' } })
  t.notMatch(linked.html, /href="\s*javascript/i)
})

t.test('a template that cannot be used is refused with its part and line', async (t) => {
  const refused = async (o: object) => {
    const answer = await admin.put(at('welcome'), { texts: { en: texts(o) } })
    t.equal(answer.statusCode, 400, answer.body)
    return answer.json().errors[0]
  }
  t.match(await refused({ html: '<p>\n\n{% if name %}</p>' }), { pointer: '/texts/en/html', message: /^line 3 / })
  t.match(await refused({ html: '<p>\n{{ nmae }}</p>' }), {
    pointer: '/texts/en/html',
    message: 'line 2 uses the unknown variable "nmae"',
  })
  t.match(await refused({ subject: '{{ organization.secret }}' }), {
    pointer: '/texts/en/subject',
    message: /organization\.secret/,
  })
  t.match(await refused({ html: '<p>x</p>\n<script>1</script>' }), { message: /^line 2 has "<script"/ })
  t.match(await refused({ html: '<a onclick="x">x</a>' }), { pointer: '/texts/en/html' })
  t.match(await refused({ text: '{{ name | raw }}' }), { message: /raw/ })
  t.match(await refused({ html: '{% include "/etc/passwd" %}' }), { pointer: '/texts/en/html' })
  t.match(await refused({ html: '{% render "../../etc/passwd" %}' }), { pointer: '/texts/en/html' })
  t.match(await refused({ html: '{% layout "/etc/passwd" %}' }), { pointer: '/texts/en/html' })
})

t.test('a template that never ends or grows without measure is stopped, and spoils nothing', async (t) => {
  const attacks = [
    '{% for i in (1..100000000) %}x{% endfor %}',
    '{% for a in (1..3000) %}{% for b in (1..3000) %}{{ a }}{% endfor %}{% endfor %}',
    '{% assign s="aaaaaaaaaaaaaaaa" %}{% for i in (1..30) %}{% assign s = s | append: s %}{% endfor %}{{ s }}',
    '{% assign s="aaaaaaaaaaaaaaaa" %}{% for i in (1..12) %}{% assign s = s | replace: "a","aaaa" %}{% endfor %}{{ s }}',
  ]
  for (const html of attacks) {
    const { statusCode, body } = await admin.put(at('welcome'), { texts: { en: texts({ html }) } })
    t.equal(statusCode, 400, body)
  }
  t.same((await preview('welcome', { language: 'en' })).problems, [])
})

t.test('a long run of spaces in a template costs no more than other text', async (t) => {
  const spaces = ' '.repeat(40_000)
  const began = process.cpuUsage()
  for (const html of [`<${spaces}b>`, `<p title=x href=${spaces}x>{{ name }}</p>`])
    await preview('welcome', { language: 'en', texts: texts({ html }) })
  const { user } = process.cpuUsage(began)
  t.ok(user < 2_000_000, `computed for ${Math.round(user / 1000)} ms`)
  for (const link of ['javascript:alert(1)', '" javascript : x', "' data:text/html,x"]) {
    const { html } = await preview('welcome', { language: 'en', texts: texts({ html: `<a href=${link}>x</a>` }) })
    t.notMatch(html ?? '', /(?:javascript|data)\s*:/, link)
  }
})

t.test('no template reaches a prototype', async (t) => {
  const shown = await preview('welcome', {
    language: 'en',
    texts: texts({ text: '[{{ name.constructor }}{{ name.__proto__ }}{{ organization.name.constructor.name }}]' }),
  })
  t.match(shown.text, '[]')
})

t.test('changed words are used, earlier ones can be restored, and the shipped ones come back', async (t) => {
  const changed = await admin.put(at('welcome'), { texts: { en: texts({ subject: 'First {{ name }}' }) } })
  t.equal(changed.statusCode, 200, changed.body)
  const etag = String(changed.headers.etag)
  t.match(changed.json(), { source: 'changed', version: 1, texts: { en: { edition: 1 }, de: { edition: 0 } } })
  const second = await admin.put(at('welcome'), { texts: { en: texts({ subject: 'Second' }) } }, { 'if-match': etag })
  t.match(second.json(), { version: 2 })
  t.equal((await admin.put(at('welcome'), { texts: { en: texts() } }, { 'if-match': etag })).statusCode, 412)

  const service = await club.service(emailService)
  await club.unit((tx) =>
    service.send(tx, {
      template: 'welcome',
      to: { email: 'new@example.org' },
      language: 'en',
      data: { name: 'Maria' },
    }),
  )
  await platform.drain()
  t.equal(office.to('new@example.org')[0]!.mail.subject, 'Second')

  const restored = await admin.post(at('welcome', '/restore'), { language: 'en', edition: 1 })
  t.match(restored.json(), { texts: { en: { subject: 'First {{ name }}', edition: 3 } } })
  const { items } = (await admin.get(at('welcome', '/versions'))).json()
  t.match(items, [
    { edition: 3, current: true },
    { edition: 2, current: false },
    { edition: 1, current: false },
  ])
  t.equal((await admin.delete(at('welcome'))).statusCode, 204)
  t.match((await admin.get(at('welcome'))).json(), { source: 'shipped', texts: { en: { edition: 0 } } })
  t.equal((await admin.get(at('welcome', '/versions'))).json().items.length, 3, 'nothing is lost')
})

t.test('an organisation writes a template of its own, with variables of its own', async (t) => {
  const variables = { name: { title: 'Name', example: 'Maria', required: true } }
  const made = await admin.put(at('open-day'), { title: 'Open day', variables, texts: { en: texts() } })
  t.match(made.json(), { source: 'own', title: 'Open day' }, made.body)
  t.match(await preview('open-day', {}), { subject: 'Hello Maria' })
  t.equal((await admin.put(at('plugin.thing'), { texts: { en: texts() } })).statusCode, 400, 'a name of a plugin')
  const other = await platform.tenant('Other')
  t.equal((await (await other.admin()).get(at('open-day'))).statusCode, 404)
})

t.test('colour, picture and footer of the organisation frame its mails', async (t) => {
  const own = await platform.tenant('Framed', {
    plugins: { email: { colour: '#aa0000', logo: 'https://club.example/logo.png', footer: 'Street 1\n50667 Köln' } },
  })
  const shown = (await (await own.admin()).post(at('welcome', '/preview'), { language: 'en' })).json()
  t.match(shown.html, 'background:#aa0000')
  t.match(shown.html, 'src="https://club.example/logo.png"')
  t.match(shown.text, '50667 Köln')
})
