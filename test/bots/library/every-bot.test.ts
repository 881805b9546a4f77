import { readdir } from 'node:fs/promises'
import t from 'tap'
import { startTestPlatform } from '#core/testing/index.ts'
import { libraryBots } from '../../../bots/library/index.ts'
import { createAccount, signIn } from '../../support/signed-in.ts'
import { formTexts } from './form-texts.ts'
import { LibraryClub } from './library-club.ts'

const platform = await startTestPlatform()
t.teardown(() => platform.close())
t.setTimeout(240_000)

const folders = libraryBots.map(({ source }) => source.pathname.split('/').at(-2)!)
/** What a bot cannot work without is asked for at its place in the form. */
const needs: Record<string, readonly string[]> = {
  'role-and-group-by-rule': ['/config/rules'],
  sync: ['/config/host'],
  'webhook-notify': ['/config/host', '/config/path'],
  workflow: ['/config/steps'],
}
const sensible: Record<string, object> = {
  'role-and-group-by-rule': { rules: [{ field: 'always', giveTag: 'greeted' }] },
  sync: { host: 'api.example.org' },
  'webhook-notify': { host: 'hooks.example.org', path: '/x' },
  workflow: { steps: [{ do: 'addTag', value: 'started' }] },
}

t.test('every folder of the library holds a bot that comes along, with a page about it', async (t) => {
  const library = new URL('../../../bots/library/', import.meta.url)
  const there = (await readdir(library, { withFileTypes: true })).filter((entry) => entry.isDirectory())
  t.same(there.map(({ name }) => name).sort(), [...folders].sort())
  for (const name of folders)
    t.ok((await readdir(new URL(`${name}/`, library))).includes('README.md'), `${name} has a README`)
})

t.test('every bot of the library is installed by one call, runs dry, and speaks German', async (t) => {
  const club = await LibraryClub.of(platform)
  const memberId = await club.member({ email: 'ada@example.org' })
  const operator = (await signIn(club.tenant, 'operator@example.org', { globalRole: 'super_admin' })).client
  t.ok(await createAccount(platform, 'somebody@example.org'))
  await platform.settle()
  for (const id of folders) {
    const by = id === 'platform-maintenance' ? operator : club.admin
    const consent = await club.asks(id, by)
    const plain = await by.post(`/api/v1/bots/${id}/configure`, { consent, enabled: false })
    if (needs[id]) {
      t.equal(plain.statusCode, 400, `${id} needs a value`)
      const pointers = plain.json().errors.map(({ pointer }: { pointer: string }) => pointer)
      for (const pointer of needs[id]) t.ok(pointers.includes(pointer), `${id}: ${pointer} of ${pointers}`)
      const given = await by.post(`/api/v1/bots/${id}/configure`, { consent, enabled: false, config: sensible[id] })
      t.equal(given.statusCode, 200, given.body)
    } else t.equal(plain.statusCode, 200, plain.body)

    const { version } = (await by.get(`/api/v1/bots/${id}`)).json()
    const manifest = (await by.get(`/api/v1/bots/${id}/versions/${version}`)).json().manifest
    const input = manifest.triggers.manual?.input ? { memberId } : undefined
    if (manifest.triggers.manual) {
      const run = await club.run(id, { dryRun: true, ...(input ? { input } : {}) }, by)
      t.equal(run.status, 'ok', `${id}: ${JSON.stringify(run.error)}`)
    }
    const german = manifest.translations.de
    t.same(
      formTexts(manifest).filter((text) => !Object.hasOwn(german, text)),
      [],
      `${id}: everything in its form is translated`,
    )
    t.same(
      // Texts a form begins with may be translated, too; a template's id or a colour need not be.
      Object.keys(german).filter(
        (text) => ![...formTexts(manifest), ...defaultTexts(manifest.config.schema)].includes(text),
      ),
      [],
      `${id}: nothing is translated that is not there`,
    )
  }
})

function defaultTexts(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return []
  const own = 'default' in schema && typeof schema.default === 'string' ? [schema.default] : []
  return [...own, ...Object.values(schema).flatMap(defaultTexts)]
}
