import t from 'tap'
import { startTestPlatform } from '#core/testing/index.ts'
import { PostOffice } from './post-office.ts'

const office = await PostOffice.open()
const platform = await startTestPlatform({ mail: office.settings() })
t.teardown(async () => {
  await platform.close()
  await office[Symbol.asyncDispose]()
})

const invite = { email: 'maria@example.org', message: 'See you <b>there</b>' }

t.test('an invitation goes out in the language of the organisation', async (t) => {
  const club = await platform.tenant('Makers')
  const admin = await club.admin()
  const made = await admin.post('/api/v1/members/invites', invite)
  t.equal(made.statusCode, 201, made.body)
  t.same((await platform.drain()).failures, [])
  const list = (await admin.get('/api/v1/emails')).json()
  t.match(list.items, [
    { state: 'sent', template: 'invitation', to: { email: invite.email }, attempts: 1, failures: [] },
  ])
  t.equal(office.received.length, 1)
})
