import { Writable } from 'node:stream'
import { definePlugin, grantSources, wholeOrganization } from '@guildhall/sdk'
import t from 'tap'
import Type from 'typebox'
import { startTestPlatform } from '#core/testing/index.ts'
import { membersPlugin } from '#plugins/members/index.ts'

/** Every member tagged "chair" administers: rights that hang on a record, as seats do. */
const chairs = definePlugin({
  id: 'chairs',
  version: '1.0.0',
  sdk: '*',
  title: 'Chairs',
  dependsOn: { members: '*' },
  config: { schema: Type.Object({}) },
  permissions: {},
  contributes: (c) =>
    c.to(grantSources, {
      id: 'chairs',
      ofUser: async (tx, userId) => {
        const found = await tx.query<{ id: string }>(
          `SELECT m.id FROM members.member m JOIN members.keyword k ON k.tenant_id = m.tenant_id AND k.member_id = m.id
            WHERE m.tenant_id = $1 AND m.user_id = $2 AND k.kind = 'tag' AND k.value = 'chair'`,
          [tx.tenantId, userId],
        )
        const grants = found.map(({ id }) => ({
          ...wholeOrganization,
          role: 'chair',
          permissions: ['members.delete'],
          source: { kind: 'seat', id },
        }))
        return { grants, self: null }
      },
    }),
})
const lines: string[] = []
const logTo = new Writable({
  write: (chunk, _encoding, done) => {
    lines.push(String(chunk))
    done()
  },
})
const platform = await startTestPlatform({ plugins: [membersPlugin, chairs], logTo })
t.teardown(() => platform.close())

const invites = '/api/v1/members/invites'
const pathOf = (link: string): string => new URL(link).pathname
const club = await platform.tenant('Club')
const admin = await club.admin()
const anybody = club.client(null)

t.test('an invitation to a record that carries rights needs those rights', async (t) => {
  const chair = (await admin.post('/api/v1/members', { firstName: 'Chair', tags: ['chair'] })).json()
  const inviter = await club.as({ permissions: ['members.invite', 'members.read', 'members.update'] })
  const taken = await inviter.patch(`/api/v1/members/${chair.id}`, { email: 'eve@example.org' })
  t.equal(taken.statusCode, 200, 'a record without an account is anybody’s to correct')
  const { acceptLink, id } = (await inviter.post(invites, { email: 'eve@example.org', role: 'maker' })).json()
  const answer = await anybody.post(pathOf(acceptLink), { firstName: 'Eve' })
  t.equal(answer.statusCode, 403)
  t.equal((await admin.get(`/api/v1/members/${chair.id}`)).json().userId, null, 'nobody was linked')
  t.match((await admin.get(`${invites}/${id}`)).json(), { status: 'pending' }, 'and nothing was used up')
  const again = (await admin.post(`${invites}/${id}/resend`)).json()
  t.equal((await anybody.post(pathOf(again.acceptLink), {})).statusCode, 201, 'whoever holds them may')
})

t.test('the token stands in no log line and in no problem', async (t) => {
  const { acceptLink } = (await admin.post(invites, { email: 'log@example.org' })).json()
  const token = pathOf(acceptLink).split('/').at(-2)!
  const refused = await anybody.post(pathOf(acceptLink), { role: 'x' })
  t.equal(refused.statusCode, 400)
  t.equal(refused.json().instance, `${invites}/***/accept`)
  for (const url of [pathOf(acceptLink), `${pathOf(acceptLink)}/`, pathOf(acceptLink).replace('/api/v1/', '/api/')])
    await anybody.get(url)
  await anybody.post(pathOf(acceptLink), { firstName: 'L' })
  await anybody.get(pathOf(acceptLink))
  t.ok(lines.some((line) => line.includes('/invites/***/accept')))
  t.notOk(lines.some((line) => line.includes(token)))
  t.notOk(lines.some((line) => line.includes('log@example.org')))
})
