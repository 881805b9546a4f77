import { readFile } from 'node:fs/promises'
import { Problem } from '@guildhall/sdk'
import { test } from 'tap'
import { readOrganizationFile } from '#core/tenancy/organization-file.ts'

const shipped = (name: string) =>
  readFile(new URL(`../../../config/organisations/${name}.yaml`, import.meta.url), 'utf8')

/** The messages of all faults. */
function faultsOf(text: string): string[] {
  try {
    readOrganizationFile(text)
  } catch (error) {
    if (error instanceof Problem) return error.errors.map(({ message }) => message)
    throw error
  }
  return []
}

const head = 'UID: x\nOrga: Club\n'
const body = `${head}Hierarchie:\n- Club\n`

test('the example of the second source document is read as it stands there, with a notice', async (t) => {
  const file = readOrganizationFile(await shipped('beispielverein'))
  t.equal(file.uid, 'uuid-example-1234')
  t.equal(file.name, 'Beispielverein')
  t.same(
    file.levels.map(({ key, children, layer }) => ({ key, children, layer })),
    [
      { key: 'National', children: ['Regional'], layer: false },
      { key: 'Regional', children: ['Verein'], layer: false },
      { key: 'Verein', children: ['Team'], layer: false },
      { key: 'Team', children: [], layer: false },
    ],
  )
  t.same(file.genderGroups, [
    { code: 'M', label: 'Männlich' },
    { code: 'F', label: 'Weiblich' },
    { code: 'B', label: 'Gemischt' },
  ])
  t.same(
    file.stages?.map(({ label }) => label),
    ['Alle Altersstufen', 'Jugend', 'Junioren', 'Senioren'],
  )
  t.match(file.notices, [/GenderGroups is empty and M \(line 9\), F \(line 10\), B \(line 11\) stand at the root/])
})

test('the same example with its indentation gives the same, without a notice', async (t) => {
  const text = (await shipped('beispielverein')).replace(/^([MFB]:)/gm, '  $1')
  const indented = readOrganizationFile(text)
  t.same({ ...readOrganizationFile(await shipped('beispielverein')), notices: [] }, indented)
})

test('the Congress has committees under its chambers and under the root', async (t) => {
  const file = readOrganizationFile(await shipped('congress'))
  t.same(
    file.levels.map(({ key, children, layer }) => [key, children, layer]),
    [
      ['national', ['regional', 'committee'], true],
      ['regional', ['committee'], true],
      ['committee', ['subcommittee'], false],
      ['subcommittee', [], false],
    ],
  )
  t.ok(file.levels[2]?.roles.some(({ title, maxHolders }) => title === 'Ranking Member' && maxHolders === 1))
  t.same(file.settings, {
    timeZone: 'America/New_York',
    currency: 'USD',
    country: 'US',
    locale: 'en-US',
    languages: ['en'],
  })
  t.same(file.notices, [])
})

test('what the file does not say is left open, not emptied', async (t) => {
  const file = readOrganizationFile(body)
  t.equal(file.genderGroups, undefined)
  t.equal(file.stages, undefined)
  t.same(file.settings, {})
})

test('an external id is kept as it is written', async (t) => {
  t.equal(readOrganizationFile(body.replace('UID: x', 'UID: 007')).uid, '007')
  t.equal(readOrganizationFile(body.replace('UID: x', 'UID:')).uid, null)
})

test('an unknown key stops the file with its line and what is allowed', async (t) => {
  t.match(faultsOf(`${body}Orte: x\n`), [/^Line 5: "Orte" is not known here; allowed: UID, Orga, Hierarchie/])
  t.match(
    faultsOf(`${body}M: Männlich\n`),
    [/^Line 5: "M" is not known here/],
    'stray codes need an empty GenderGroups',
  )
  t.match(faultsOf(`${body}GenderGroups:\nM: a\nX: b\n`), [/^Line 7: "X" is not known here/])
  t.match(faultsOf(`${head}Hierarchie:\n- key: a\n  colour: red\n`), [
    /^Line 5: "colour" is not known here; allowed: key/,
  ])
  t.match(faultsOf(`${body}Stage:\n- label: U9\n  from: 3\n`), [/^Line 7: "from" is not known here/])
  t.match(faultsOf(`${body}Settings:\n  zone: x\n`), [/^Line 6: "zone" is not known here; allowed: timeZone/])
})

test('all faults come at once, in the order of their lines', async (t) => {
  const faults = faultsOf(
    [
      'Hierarchie:',
      '- key: club',
      '  layer: perhaps',
      '  children: [team, hall]',
      '  roles:',
      '  - { key: chair, extent: far, maxHolders: 0, permissions: [everything] }',
      '- team',
      '- Team',
      'Stage:',
      '- { label: U9, minAge: 12, maxAge: 9 }',
      'Settings:',
      '  timeZone: Mars/Olympus',
      '  currency: euro',
    ].join('\n'),
  )
  t.match(faults, [
    /^Line 1: Orga is missing/,
    /^Line 3: true or false/,
    /^Line 4: "hall" is not a level; levels: club, team, Team/,
    /^Line 6: extent is one of: group, layer, below|^Line 6/,
    /^Line 6/,
    /^Line 6/,
    /^Line 8: the level "Team" is there twice/,
    /^Line 10: minAge is above maxAge/,
    /^Line 12: "Mars\/Olympus" is no time zone/,
    /^Line 13: currency/,
  ])
})

test('what YAML can do beyond this form is refused', async (t) => {
  t.match(faultsOf('a: &x [1]\nb: *x\n').join(), /references/)
  t.match(faultsOf('Orga: a\nOrga: b\n').join(), /Line 2: not valid YAML/)
  t.match(faultsOf('Orga: [a\n').join(), /not valid YAML/)
  t.match(faultsOf('').join(), /keys and values are needed/)
  t.match(faultsOf('- a\n').join(), /keys and values are needed/)
  t.match(faultsOf(`Orga: ${'x'.repeat(300_000)}`).join(), /larger than 256 KiB/)
  t.match(faultsOf(`Orga: ${'['.repeat(100_000)}`).join(), /nested too deeply|not valid YAML/)
  t.match(
    faultsOf(`${head}Hierarchie:\n- {a: {b: {c: {d: {e: {f: {g: {h: {i: 1}}}}}}}}}\n`).join(),
    /nested too deeply/,
  )
  t.match(faultsOf(`${head}Hierarchie: National\n`).join(), /a list of levels is needed/)
  t.match(faultsOf(`${head}Hierarchie: []\n`).join(), /at least one level/)
  t.match(faultsOf(`${body}GenderGroups: [M]\n`).join(), /codes with labels/)
  t.match(faultsOf(`Orga: "a\\u0000b"\nHierarchie: [x]\n`).join(), /a text of one line/)
})
