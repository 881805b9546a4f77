import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { problems } from '@guildhall/sdk'
import t from 'tap'
import { generatedPages } from '#core/cli/commands/docs-generate.ts'
import { documentedPlugins } from '#core/docs/index.ts'
import { allowedLicences, licensedPackages } from '#core/docs/licences-page.ts'
import { project, read } from '../support/source-tree.ts'

t.setTimeout(120_000)

t.test('pages that are made from the code say what the code says', async (t) => {
  for (const [path, text] of await generatedPages())
    t.equal(read(path), text, `${path}: run npm run docs:generate`, { diagnostic: false })
})

t.test('what is declared is documented, and what is documented is declared', async (t) => {
  const host = await documentedPlugins()
  /** What stands in the first column of the tables of a page; below actions it is fields. */
  const documented = (page: string) => {
    const [table = ''] = read(`docs/reference/${page}.md`).split('\n## Input and output')
    return [...table.matchAll(/^\| (?:<a id="[^"]*"><\/a>)?`([^`]+)` \|/gm)].map(([, id]) => id)
  }
  const same = (page: string, declared: Iterable<string>) => t.same(new Set(documented(page)), new Set(declared), page)
  same(
    'errors',
    [...Object.values(problems), ...host.problems].map(({ type }) => type),
  )
  same('permissions', host.permissions.keys())
  same('events', host.events.keys())
  same('actions', host.actions.keys())
  same('jobs', host.jobs.keys())
})

t.test('every package of an installation has a licence that binds nobody else', async (t) => {
  const packages = licensedPackages(readFileSync(join(project, 'package-lock.json'), 'utf8'))
  t.ok(packages.length > 100)
  const free = (licence: string) =>
    licence
      .replaceAll(/[()]/g, '')
      .split(' OR ')
      .some((one) => allowedLicences.includes(one))
  t.same(
    packages.filter(({ licence }) => !free(licence)),
    [],
  )
})
