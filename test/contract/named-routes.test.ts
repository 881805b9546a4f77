import t from 'tap'
import { startTestPlatform } from '#core/testing/index.ts'
import { documentOf } from './document.ts'

t.setTimeout(120_000)

/** DOMAIN §1, word by word. `(public)` and the bots come where they belong. */
const named = `
POST GET          /api/v1/members
GET PUT DELETE    /api/v1/members/{id}
POST              /api/v1/members/{id}/suspend
POST              /api/v1/members/{id}/reactivate
GET               /api/v1/members/{id}/activities
POST GET          /api/v1/members/plans
GET PUT DELETE    /api/v1/members/plans/{id}
POST GET          /api/v1/members/invites
POST              /api/v1/members/invites/{id}/resend
DELETE            /api/v1/members/invites/{id}
GET POST          /api/v1/members/invites/{token}/accept
GET               /api/v1/members/analytics/statistics
POST              /api/v1/members/bulk-operations
GET POST          /api/groups
GET PUT DELETE    /api/groups/{id}
GET               /api/groups/{id}/members
GET               /api/auth/status
POST              /api/auth/login
POST              /api/auth/logout
`

const routes = named
  .trim()
  .split('\n')
  .flatMap((line) => {
    const words = line.split(/\s+/)
    const path = words.pop() as string
    return words.map((method) => ({ method: method as 'GET', path }))
  })

const platform = await startTestPlatform()
t.teardown(() => platform.close())
const club = await platform.tenant('Club')
const admin = await club.admin()
const document = await documentOf(admin)
const id = '01900000-0000-7000-8000-000000000001'

t.test('the document has every route that the source documents name', async (t) => {
  const missing = routes
    .map(({ method, path }) => `${method} ${path.replace(/^\/api\/(v1\/)?/, '/api/v1/')}`)
    .filter(
      (key) =>
        !document.find(key) &&
        !document.find(key.replace('{token}', '{id}')) &&
        !document.find(key.replace('{id}', '{token}')),
    )
  t.same(missing, [])
})

t.test('each answers under /api/v1 and under /api, with a slash at the end and without', async (t) => {
  for (const { method, path } of routes) {
    const bare = path.replace(/^\/api\/(v1\/)?/, '').replace(/\{\w+\}/, id)
    const answers = await Promise.all(
      [`/api/v1/${bare}`, `/api/${bare}`, `/api/v1/${bare}/`, `/api/${bare}/`].map(async (url) => {
        const response = await admin.inject({
          method,
          url,
          ...(method === 'GET' ? {} : { payload: { unknownField: 1 } }),
        })
        const { type } = response.headers['content-type']?.toString().includes('problem')
          ? response.json()
          : { type: null }
        return { status: response.statusCode, type }
      }),
    )
    t.same(answers.slice(1), [answers[0], answers[0], answers[0]], `${method} ${path}`)
    t.not(answers[0]?.status, 405, `${method} ${path} is an address, whatever it thinks of the id`)
  }
})
