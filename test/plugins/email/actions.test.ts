import { actionsService, isProblem } from '@guildhall/sdk'
import t from 'tap'
import { signIn, startTestPlatform } from '#core/testing/index.ts'

const platform = await startTestPlatform()
t.teardown(() => platform.close())

const club = await platform.tenant('Makers')
const admin = await club.admin()
const { id: memberId } = (
  await admin.post('/api/v1/members', { firstName: 'Maria', email: 'maria@example.org', language: 'de' })
).json()

/** As a bot that somebody installed who holds these permissions. */
async function act(action: string, input: object, o: { rehearsed?: boolean; permissions?: string[] } = {}) {
  const actions = await club.service(actionsService)
  const installedBy = await installer(o.permissions ?? ['email.send', 'email.read', 'email.notify'])
  return actions
    .call({
      action,
      input,
      bot: { installationId: crypto.randomUUID(), runId: crypto.randomUUID(), installedBy, granted: [action] },
      ...(o.rehearsed && { rehearsed: true }),
    })
    .catch((error: unknown) => (isProblem(error) ? error.status : error))
}
async function installer(permissions: string[]): Promise<{ kind: string; id: string }> {
  const { userId } = await signIn(platform, { at: club })
  const role = `r${crypto.randomUUID().slice(0, 8)}`
  await admin.post('/api/v1/roles', { key: role, title: role, permissions })
  const granted = await admin.post('/api/v1/grants', { userId, role })
  if (granted.statusCode !== 201) throw new Error(granted.body)
  return { kind: 'user', id: userId }
}
const mails = async () => (await admin.get('/api/v1/emails')).json().items

t.test('a bot sends a member a mail of a template or of its own words, in his language', async (t) => {
  t.match(await act('email.send', { memberId, template: 'welcome' }), { duplicate: false })
  t.match(await act('email.send', { memberId, subject: 'Hi', text: 'Ho', key: 'a' }), { duplicate: false })
  t.match(await act('email.send', { memberId, subject: 'Hi', text: 'Ho', key: 'a' }), { duplicate: true })
  await platform.settle()
  t.match(await mails(), [
    { template: 'message', subject: 'Hi', to: { email: 'maria@example.org' }, memberId },
    { template: 'welcome', subject: 'Willkommen bei Makers!', memberId },
  ])
})

t.test('80: an address of nobody here needs a right of its own', async (t) => {
  const mail = { subject: 'Hi', text: 'Ho' }
  t.match(await act('email.send', { ...mail, email: 'Maria@example.org' }, { permissions: ['email.send'] }), {
    duplicate: false,
  })
  t.equal(await act('email.send', { ...mail, email: 'x@example.org' }, { permissions: ['email.send'] }), 403)
  const anywhere = { permissions: ['email.sendAnywhere'] }
  t.match(await act('email.sendAnywhere', { ...mail, email: 'x@example.org', name: 'Xaver' }, anywhere), {
    duplicate: false,
  })
  t.equal(await act('email.sendAnywhere', { ...mail, email: 'x@example.org' }), 403)
  t.equal(await act('email.send', { ...mail, memberId }, { permissions: ['email.read'] }), 403)
})

t.test('a mail says whom and what, and not twice', async (t) => {
  t.equal(await act('email.send', { memberId }), 400)
  t.equal(await act('email.send', { memberId, template: 'welcome', subject: 'x', text: 'y' }), 400)
  t.equal(await act('email.send', { memberId, email: 'x@example.org', template: 'welcome' }), 400)
  t.equal(await act('email.send', { memberId: crypto.randomUUID(), template: 'welcome' }), 404)
})

t.test('a rehearsed mail is not sent', async (t) => {
  const before = (await mails()).length
  t.match(await act('email.send', { memberId, template: 'welcome' }, { rehearsed: true }), { duplicate: false })
  t.equal((await mails()).length, before)
})

t.test('a bot reads templates and what became of its mail, and writes into inboxes', async (t) => {
  t.ok(((await act('email.listTemplates', {})) as { items: unknown[] }).items.length >= 5)
  const { mailId } = (await act('email.send', { memberId, template: 'welcome' })) as { mailId: string }
  await platform.settle()
  t.match(await act('email.get', { mailId }), { state: 'kept', template: 'welcome' })
  const maria = await signIn(platform, { at: club })
  t.match(await act('notifications.send', { users: [maria.userId], kind: 'report.ready', title: 'Ready' }), { told: 1 })
  t.match((await maria.call('GET', '/notifications')).json().items, [{ kind: 'report.ready' }])
  const nobody = { roles: ['maker', 'makr'], kind: 'report.ready', title: 'Ready' }
  t.equal(await act('notifications.send', nobody), 400, 'a role that is none')
  t.match(await act('notifications.send', { ...nobody, roles: ['maker'] }), { told: 0 }, 'one that nobody has')
})
