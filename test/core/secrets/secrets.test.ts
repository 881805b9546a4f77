import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import {
  hideSecrets,
  keepSealed,
  loadMasterKey,
  PlatformSecrets,
  refuseSecretsInLists,
  SealBroken,
  Sealer,
  sealSecrets,
  secretsSet,
  unsealSecrets,
} from '#core/secrets/index.ts'
import { fixture } from '../auth/identity-under-test.ts'

async function folder(t: Test): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'guildhall-secrets-'))
  t.teardown(() => rm(path, { recursive: true, force: true }))
  return path
}

t.test('the master key is made once, readable by nobody else, and the same from file and configuration', async (t) => {
  const dataDir = join(await folder(t), 'not there yet')
  const secrets = { masterKey: '' }
  const keys = await Promise.all(Array.from({ length: 8 }, () => loadMasterKey({ dataDir, secrets })))
  t.equal(keys[0]?.length, 32)
  t.equal(new Set(keys.map((key) => key.toString('hex'))).size, 1, 'of many starts at once one makes it')
  const path = join(dataDir, 'master.key')
  t.equal((await stat(path)).mode & 0o777, 0o600)
  const masterKey = await readFile(path, 'utf8')
  t.same(await loadMasterKey({ dataDir: await folder(t), secrets: { masterKey } }), keys[0])
  for (const weak of ['short', '0'.repeat(64)])
    await t.rejects(loadMasterKey({ dataDir, secrets: { masterKey: weak } }), /openssl rand -hex 32/)
})

t.test('what is sealed opens with its key, at its place, unchanged, and not otherwise', async (t) => {
  const [one, two] = [randomBytes(32), randomBytes(32)]
  const sealer = new Sealer(one)
  const sealed = sealer.seal('hidden', 'here')
  t.notMatch(sealed, 'hidden')
  t.not(sealed, sealer.seal('hidden', 'here'))
  t.equal(sealer.unseal(sealed, 'here'), 'hidden')
  t.throws(() => sealer.unseal(sealed, 'there'), SealBroken)
  t.throws(() => new Sealer(two).unseal(sealed, 'here'), /another master key/)
  t.equal(new Sealer(two, [one]).unseal(sealed, 'here'), 'hidden', 'after a change of the master key')
  for (const broken of ['', 'x', sealed.slice(0, -4), `${sealed.slice(0, -4)}AAAA`, sealed.replace('s1.', 's2.')])
    t.throws(() => sealer.unseal(broken, 'here'), SealBroken)
})

t.test('of several nodes that start at once all get one secret', async (t) => {
  const f = await fixture(t)
  const secrets = new PlatformSecrets({ platform: f.platform, sealer: new Sealer(randomBytes(32)) })
  const made = await Promise.all(Array.from({ length: 6 }, (_, i) => secrets.getOrCreate('key', () => `value ${i}`)))
  t.equal(new Set(made).size, 1)
  await secrets.put('key', 'new')
  t.equal(await secrets.get('key'), 'new')
  t.equal(await secrets.get('other'), null)
  const stranger = new PlatformSecrets({ platform: f.platform, sealer: new Sealer(randomBytes(32)) })
  await t.rejects(stranger.get('key'), SealBroken)
})

const schema = {
  type: 'object',
  properties: {
    url: { type: 'string' },
    key: { type: 'string', 'x-secret': true },
    mail: { type: 'object', properties: { from: { type: 'string' }, password: { type: 'string', 'x-secret': true } } },
  },
}

t.test('secret fields of a configuration are sealed, hidden, and kept by an update that leaves them out', async (t) => {
  const sealer = new Sealer(randomBytes(32))
  const plain = { url: 'https://x', key: 'k', mail: { from: 'a@b', password: 'p' } }
  const stored = sealSecrets(schema, plain, sealer, 'tenant-1')
  t.notMatch(JSON.stringify(stored), /"k"|"p"/)
  t.same(unsealSecrets(schema, stored, sealer, 'tenant-1'), plain)
  t.throws(() => unsealSecrets(schema, stored, sealer, 'tenant-2'), SealBroken)
  t.same(hideSecrets(schema, stored), { url: 'https://x', mail: { from: 'a@b' } })
  t.same(secretsSet(schema, stored), ['/key', '/mail/password'])
  t.same(plain.key, 'k', 'what was given stays as it was')

  const open = (update: Record<string, unknown>) =>
    unsealSecrets(schema, keepSealed(schema, update, stored), sealer, 'tenant-1')
  t.same(open({ url: 'https://y', mail: { from: 'c@d' } }), {
    url: 'https://y',
    key: 'k',
    mail: { from: 'c@d', password: 'p' },
  })
  t.same(open({ url: 'https://y', key: 'new' }), { url: 'https://y', key: 'new', mail: { password: 'p' } })
  t.same(open({ url: 'https://y', key: null, mail: { password: null } }), { url: 'https://y', mail: {} })
  const swapped = { ...stored, key: (stored.mail as { password: unknown }).password }
  t.throws(
    () => unsealSecrets(schema, swapped, sealer, 'tenant-1'),
    SealBroken,
    'a sealed value does not open elsewhere',
  )
})

t.test('a secret inside a list stops the definition', async (t) => {
  t.doesNotThrow(() => refuseSecretsInLists(schema))
  const list = { properties: { hooks: { items: { properties: { key: { 'x-secret': true } } } } } }
  t.throws(() => refuseSecretsInLists(list), /\/hooks/)
})
