/** Exports of club software, and the people that stand in the register once they are imported. */
import type { Test } from 'tap'
import type { TestPlatform } from '#core/testing/index.ts'
import { type Club, planAndApply } from './importing.ts'

/** The country of the club, the lines of the file, and what becomes of them in the order of the family names. */
export interface Export {
  country: string
  lines: readonly string[]
  people: readonly object[]
  options?: object
}

export async function startIn(platform: TestPlatform, country?: string): Promise<Club> {
  const tenant = await platform.tenant('Club', country === undefined ? {} : { settings: { country } })
  return { platform, tenant, admin: await tenant.admin() }
}

export const file = (...lines: string[]) => `${lines.join('\r\n')}\r\n`

export const members = async ({ admin }: Club, sort = 'displayName') =>
  (await admin.get(`/api/v1/members?limit=50&include=groups,memberships&sort=${sort}`)).json().items

/** Each export in an organisation of its own, imported as it stands and once more. */
export function testExports(t: Test, platform: TestPlatform, exports: Readonly<Record<string, Export>>): void {
  for (const [maker, { country, lines, people, options }] of Object.entries(exports))
    t.test(`an export of ${maker}`, async (t) => {
      const club = await startIn(platform, country)
      const sent = { options: { createMissing: true, ...options } }
      const done = await planAndApply(club, file(...lines), sent)
      t.match(done, { applied: { create: people.length }, counts: { conflict: 0, error: 0 }, problems: [] })
      const found = await members(club, 'lastName')
      t.equal(found.length, people.length)
      t.match(found, people)
      t.match((await planAndApply(club, file(...lines), sent)).counts, { create: 0, update: 0, conflict: 0, error: 0 })
    })
}
