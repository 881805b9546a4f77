import { access, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { type Test, test } from 'tap'
import { loadConfig } from '#core/config/index.ts'
import { checkCatalogue } from '#core/database/catalogue-check.ts'
import { forgetKey } from '#core/database/key-check.ts'
import { prepareDatabase } from '#core/database/prepare.ts'
import { loadMasterKey, Sealer, secretPlace } from '#core/secrets/index.ts'
import { createEmptyDatabase } from '#core/testing/index.ts'
import { coreMigrations } from '#migrations/core/index.ts'

const sets = [coreMigrations]
const log = { info: () => {}, warn: () => {} }

async function emptyDatabase(t: Test) {
  const database = await createEmptyDatabase()
  const client = new pg.Client({ connectionString: database.ownerUrl })
  await client.connect()
  t.teardown(async () => {
    await client.end()
    await database.drop()
  })
  /** A machine with a data folder of its own, and what its start does to the database. */
  const machine = async (env: Record<string, string> = {}) => {
    const dataDir = await mkdtemp(join(tmpdir(), 'guildhall-key-'))
    t.teardown(() => rm(dataDir, { recursive: true, force: true }))
    const config = loadConfig({
      root: dataDir,
      env: { DATABASE_URL: database.ownerUrl, GUILDHALL_DATA_DIR: dataDir, ...env },
    })
    return { config, keyFile: join(dataDir, 'master.key'), start: () => prepareDatabase({ config, sets, log }) }
  }
  return { client, ownerUrl: database.ownerUrl, machine }
}

const reaches = async (url: string): Promise<void> => {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.end()
}

test('a second node without the key is refused before it touches anything, and with it starts', async (t) => {
  const { client, ownerUrl, machine } = await emptyDatabase(t)
  const first = await machine()
  const { urls } = await first.start()
  const passwords = async () =>
    (
      await client.query(
        "SELECT rolname, rolpassword FROM pg_authid WHERE rolname LIKE current_database() || '%' ORDER BY 1",
      )
    ).rows
  const before = await passwords()

  const second = await machine()
  await t.rejects(second.start(), {
    name: 'OtherMasterKey',
    message: /GUILDHALL_MASTER_KEY or GUILDHALL_MASTER_KEY_FILE .* master\.key in its data folder/,
  })
  await t.rejects(access(second.keyFile), { code: 'ENOENT' }, 'the key that was made for nothing is gone')
  t.same(await passwords(), before)
  await reaches(urls.rw)
  const masterKey = await loadMasterKey(second.config)
  await t.rejects(checkCatalogue({ ownerUrl, sets, masterKey }), { name: 'OtherMasterKey' })
  await t.rejects(second.start(), { name: 'OtherMasterKey' })
  await access(second.keyFile)

  const third = await machine({ GUILDHALL_MASTER_KEY_FILE: first.keyFile })
  t.match(await third.start(), { urls, applied: [] })
})

test('of two first nodes at once one is the first', async (t) => {
  const { machine } = await emptyDatabase(t)
  const nodes = [await machine(), await machine()]
  const ends = await Promise.allSettled(nodes.map(({ start }) => start()))
  const won = ends.findIndex(({ status }) => status === 'fulfilled')
  t.match(ends[1 - won], { status: 'rejected', reason: { name: 'OtherMasterKey' } })
  await reaches((ends[won] as PromiseFulfilledResult<{ urls: { rw: string } }>).value.urls.rw)
  await access(nodes[won]!.keyFile)
  await t.rejects(access(nodes[1 - won]!.keyFile), { code: 'ENOENT' })
})

test('a database from before belongs to the key of any secret in it, and is free once the key is forgotten', async (t) => {
  const { client, machine } = await emptyDatabase(t)
  const first = await machine()
  await first.start()
  const old = new Sealer(await loadMasterKey(first.config)).seal('{}', secretPlace('oidc-signing-keys'))
  await client.query('DELETE FROM core.secret')
  await client.query("INSERT INTO core.secret (name, sealed) VALUES ('oidc-signing-keys', $1)", [old])

  const second = await machine()
  await t.rejects(second.start(), { name: 'OtherMasterKey' })
  await first.start()
  await t.rejects(second.start(), { name: 'OtherMasterKey' })

  await client.query("SET application_name = 'guildhall rw 1'")
  await t.rejects(forgetKey(client), /Another Guildhall is connected/)
  await client.query('RESET application_name')
  await forgetKey(client)
  await reaches((await second.start()).urls.rw)
  await t.rejects(first.start(), { name: 'OtherMasterKey' })
  t.ok(await readFile(first.keyFile, 'utf8'), 'a key that was there before stays')
})
