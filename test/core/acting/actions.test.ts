import { type ActingBot, type Actor, actionsService, Problem, problems } from '@guildhall/sdk'
import fc from 'fast-check'
import t from 'tap'
import { v7 as uuidv7 } from 'uuid'
import { createApiToken, revokeApiToken } from '#core/auth/tokens/api-tokens.ts'
import { startTestPlatform, type TestTenant } from '#core/testing/index.ts'
import { createAccount } from '../../support/signed-in.ts'
import { vaultPlugin } from '../../support/vault-plugin.ts'

const heard: Actor[] = []
const platform = await startTestPlatform({ plugins: [vaultPlugin((actor) => heard.push(actor))] })
t.teardown(() => platform.close())
const club = await platform.tenant('Club')
const other = await platform.tenant('Other')
const actions = await club.service(actionsService)
let people = 0

async function person(tenant: TestTenant, role: string | null, globalRole?: 'super_admin'): Promise<string> {
  const id = await createAccount(platform, `person${++people}@example.org`, globalRole)
  if (role) await give(tenant, id, role)
  return id
}
const give = (tenant: TestTenant, id: string, role: string) =>
  tenant.unit(async (tx) => {
    await tx.query(
      `INSERT INTO core."grant" (tenant_id, id, principal_kind, principal_id, role) VALUES ($1, $2, 'user', $3, $4)`,
      [tx.tenantId, uuidv7(), id, role],
    )
    tx.accessChanged()
  })
const take = (tenant: TestTenant, id: string) =>
  tenant.unit(async (tx) => {
    await tx.query('DELETE FROM core."grant" WHERE tenant_id = $1 AND principal_id = $2', [tx.tenantId, id])
    tx.accessChanged()
  })
const bot = (installedBy: ActingBot['installedBy'], ...granted: string[]): ActingBot => ({
  installationId: uuidv7(),
  runId: uuidv7(),
  installedBy,
  granted,
})
const count = (table: string, tenant = club) =>
  tenant
    .unit((tx) =>
      tx.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${table} WHERE tenant_id = $1`, [tx.tenantId]),
    )
    .then(([row]) => row?.n)
const refused = (call: Promise<unknown>) =>
  call.then(
    () => 200,
    (error) => (error instanceof Problem ? error.status : (error as Error).message),
  )

t.test('a bot carries out a granted action, and the trail names it and whoever installed it', async (t) => {
  const admin = await person(club, 'makerspace_admin')
  const mine = bot({ kind: 'user', id: admin }, 'vault.put')
  const answer = (await actions.call({ action: 'vault.put', input: { name: 'first' }, bot: mine })) as { id: string }
  t.match(answer, { id: /^[0-9a-f-]{36}$/ })
  const [row] = await club.unit((tx) =>
    tx.query(
      `SELECT actor_kind, actor_id, on_behalf_of, request_id FROM core.audit_event WHERE tenant_id = $1 AND event = 'vault.put'`,
      [tx.tenantId],
    ),
  )
  t.same(row, { actor_kind: 'bot', actor_id: mine.installationId, on_behalf_of: admin, request_id: mine.runId })
  await platform.settle()
  t.match(
    heard,
    [{ kind: 'system', onBehalfOf: { kind: 'user', id: admin }, bot: { runId: mine.runId } }],
    'and the job',
  )
  t.match(
    actions.list().filter(({ plugin }) => plugin === 'vault'),
    [{ id: 'vault.put', effect: 'write', requires: 'vault.put', perRun: 10 }, { id: 'vault.get' }, { id: 'vault.lie' }],
  )
})

t.test('who loses his role takes it from his bots at once', async (t) => {
  const admin = await person(club, 'makerspace_admin')
  const call = { action: 'vault.put', bot: bot({ kind: 'user', id: admin }, 'vault.put') }
  t.equal(await refused(actions.call({ ...call, input: { name: 'before' } })), 200)
  await take(club, admin)
  t.equal(await refused(actions.call({ ...call, input: { name: 'after' } })), 403)
  await give(club, admin, 'makerspace_admin')
  t.equal(await refused(actions.call({ ...call, input: { name: 'again' } })), 200)
  await platform.runtime.database.platform.query('UPDATE core.app_user SET disabled = true WHERE id = $1', {
    bind: [admin],
  })
  t.equal(await refused(actions.call({ ...call, input: { name: 'gone' } })), 403, 'a disabled installer')
})

t.test('tokens, service accounts and super administrators install bots too; nobody else counts', async (t) => {
  const { record } = await club.unit((tx) => createApiToken(tx, { name: 'ci', role: 'makerspace_admin' }))
  const narrow = await club.unit((tx) =>
    createApiToken(tx, { name: 'narrow', role: 'makerspace_admin', scopes: ['vault.read'] }),
  )
  const account = uuidv7()
  await club.unit((tx) =>
    tx.query(
      `INSERT INTO core.service_account (tenant_id, id, issuer, client_id, name, role) VALUES ($1, $2, 'embedded', $3, 'ci', 'makerspace_admin')`,
      [tx.tenantId, account, `client-${account}`],
    ),
  )
  const root = await person(club, null, 'super_admin')
  const put = (installedBy: ActingBot['installedBy'], name: string) =>
    refused(actions.call({ action: 'vault.put', input: { name }, bot: bot(installedBy, 'vault.put') }))
  t.equal(await put({ kind: 'token', id: record.id }, 'token'), 200)
  t.equal(await put({ kind: 'token', id: narrow.record.id }, 'narrow'), 403, 'scopes narrow it')
  t.equal(await put({ kind: 'serviceAccount', id: account }, 'account'), 200)
  t.equal(await put({ kind: 'user', id: root }, 'root'), 200)
  t.equal(await put({ kind: 'system', id: 'anything' }, 'system'), 403)
  t.equal(
    await put({ kind: 'user', id: await person(other, 'makerspace_admin') }, 'elsewhere'),
    403,
    'rights elsewhere',
  )
  await club.unit((tx) => revokeApiToken(tx, record.id))
  t.equal(await put({ kind: 'token', id: record.id }, 'revoked'), 403)
})

t.test('texts of a bot are cleaned like those of a person', async (t) => {
  const admin = await person(club, 'makerspace_admin')
  const mine = bot({ kind: 'user', id: admin }, 'vault.put')
  const put = (name: string) => actions.call({ action: 'vault.put', input: { name }, bot: mine })
  for (const name of ['\u001b[2Jgone', 'a\u202eb', 'a\0b', `a${'\u0301'.repeat(31)}`, '\u200b \u2060'])
    t.equal(await refused(put(name)), 400, JSON.stringify(name))
  const input = { name: '  Zoe\u0308 ' }
  const { id } = (await actions.call({ action: 'vault.put', input, bot: mine })) as { id: string }
  t.same(input, { name: '  Zoe\u0308 ' }, 'what was asked stays as it was: a retry is compared with it')
  const [row] = await club.unit((tx) =>
    tx.query('SELECT name FROM vault.thing WHERE tenant_id = $1 AND id = $2', [tx.tenantId, id]),
  )
  t.same(row, { name: 'Zo\u00eb' })
})

t.test('what was not granted is refused and written down', async (t) => {
  const admin = await person(club, 'makerspace_admin')
  const mine = bot({ kind: 'user', id: admin }, 'vault.get')
  t.match(await actions.call({ action: 'vault.put', input: { name: 'no' }, bot: mine }).catch((error) => error), {
    status: 403,
    detail: /list it in permissions\.actions/,
  })
  const [row] = await club.unit((tx) =>
    tx.query<{ meta: object; actor_id: string }>(
      `SELECT actor_id, meta FROM core.audit_event WHERE tenant_id = $1 AND event = 'core.access-denied' AND request_id = $2`,
      [tx.tenantId, mine.runId],
    ),
  )
  t.same(row, { actor_id: mine.installationId, meta: { permission: 'vault.put', action: 'vault.put' } })
})

t.test("another organisation's thing is not there, and an action that is off is neither", async (t) => {
  const root = await person(club, null, 'super_admin')
  const mine = bot({ kind: 'user', id: root }, 'vault.put', 'vault.get')
  const there = await other.service(actionsService)
  const { id } = (await there.call({ action: 'vault.put', input: { name: 'theirs' }, bot: mine })) as { id: string }
  t.equal(await refused(there.call({ action: 'vault.get', input: { id }, bot: mine })), 200)
  t.equal(await refused(actions.call({ action: 'vault.get', input: { id }, bot: mine })), 404)
  t.equal(await refused(actions.call({ action: 'vault.nothing', input: {}, bot: mine })), 404)
  await other.disable('vault')
  t.equal(await refused(there.call({ action: 'vault.get', input: { id }, bot: mine })), 404)
  t.notOk((await other.service(actionsService)).list().some((action) => action.id === 'vault.get'))
})

t.test('an input that does not fit is told with pointers; an answer that does not fit commits nothing', async (t) => {
  const mine = bot({ kind: 'user', id: await person(club, 'makerspace_admin') }, 'vault.put', 'vault.lie')
  const wrong = await actions
    .call({ action: 'vault.put', input: { name: 7, more: 1 }, bot: mine })
    .catch((error) => error as Problem)
  t.match(wrong, { status: 400, errors: [{ pointer: String }] })
  const before = await count('vault.thing')
  t.match(
    await refused(actions.call({ action: 'vault.lie', input: {}, bot: mine })),
    /what its schema does not describe/,
  )
  t.equal(await count('vault.thing'), before)
})

t.test('a rehearsed action answers and leaves no trace', async (t) => {
  const mine = bot({ kind: 'user', id: await person(club, 'makerspace_admin') }, 'vault.put')
  const tables = ['vault.thing', 'core.event', 'core.audit_event']
  await platform.settle()
  const before = await Promise.all(tables.map((table) => count(table)))
  let seen = 0
  const answer = await actions.call({
    action: 'vault.put',
    input: { name: 'rehearsed' },
    bot: mine,
    rehearsed: true,
    within: async (tx) => {
      seen = (await tx.query(`SELECT 1 FROM vault.thing WHERE tenant_id = $1 AND name = 'rehearsed'`, [tx.tenantId]))
        .length
    },
  })
  t.match(answer, { id: String })
  t.equal(seen, 1, 'within its own unit it happened')
  t.same(await Promise.all(tables.map((table) => count(table))), before)
  t.equal(await platform.settle(), 0, 'no job')
})

t.test('what the caller writes commits with the action or not at all', async (t) => {
  const mine = bot({ kind: 'user', id: await person(club, 'makerspace_admin') }, 'vault.put')
  const note = (name: string) => async (tx: Parameters<Parameters<TestTenant['unit']>[0]>[0]) => {
    await tx.query('INSERT INTO vault.thing (tenant_id, id, name) VALUES ($1, $2, $3)', [tx.tenantId, uuidv7(), name])
  }
  await fc.assert(
    fc.asyncProperty(fc.constantFrom('none', 'action', 'within', 'signal'), async (fault) => {
      const name = uuidv7()
      const leaving = new AbortController()
      const before = (await count('vault.thing'))!
      const outcome = await refused(
        actions.call({
          action: 'vault.put',
          input: { name, clash: fault === 'action' },
          bot: mine,
          signal: leaving.signal,
          within: async (tx) => {
            await note(`${name} too`.slice(0, 60))(tx)
            if (fault === 'within') throw new Problem(problems.conflict)
            if (fault === 'signal') leaving.abort(new Error('left'))
          },
        }),
      )
      const after = (await count('vault.thing'))!
      const expected = { none: 200, action: 409, within: 409, signal: 'left' }[fault]
      return outcome === expected && after === before + (fault === 'none' ? 2 : 0)
    }),
    { numRuns: 24 },
  )
  t.pass('whichever of them fails')
})

t.test('consent is told which actions lie beyond a person', async (t) => {
  const reader = await person(club, 'admin')
  const asked = ['vault.get', 'vault.put', 'vault.unknown']
  t.same(await club.unit((tx) => actions.beyond(tx, { kind: 'user', id: reader }, asked)), [
    { action: 'vault.put', requires: 'vault.put' },
  ])
})
