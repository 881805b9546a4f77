import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'tap'
import { pathFor } from '../sheets/reading.ts'
import { textRow, workbookParts, worksheet, writeArchive } from '../sheets/workbook-file.ts'
import { plan, send, startClub } from './importing.ts'

test('a file that is no table is refused with what to do, and nothing of it is kept', async (t) => {
  const club = await startClub()
  const files: [string, Buffer | string, number][] = [
    ['an old workbook', Buffer.from('d0cf11e0a1b11ae1'.padEnd(1024, '0'), 'hex'), 415],
    ['the first bytes of an old workbook', Buffer.from('d0cf11e0a1b11ae1'.padEnd(32, '0'), 'hex'), 415],
    ['nothing', '', 422],
    ['the same header twice', 'name,name\na,b\n', 422],
    ['a cell of 10 MB', `last name\n${'x'.repeat(10_000_000)}\n`, 422],
    ['a cell of 10 MB behind good rows', `last name\n${'A\n'.repeat(3000)}${'x'.repeat(10_000_000)}\n`, 422],
    ['a million columns', `${'c,'.repeat(1_000_000)}\n1,2\n`, 422],
    ['an open quotation mark', 'last name\n"A\nB\nC\n', 422],
    ['no data', Buffer.from([0xff, 0xfe, 0x00, 0xd8, 0x00, 0xd8]), 422],
  ]
  for (const [what, file, status] of files) {
    const answer = await send(club.admin, file)
    t.equal(answer.statusCode, status, what)
    t.match(answer.json(), { errors: [{ pointer: '/file', code: /\w/ }] }, what)
  }
  t.same((await club.admin.get('/api/v1/imports')).json().items, [])
  t.same(await readdir(join(club.platform.dataDir, 'files', club.tenant.id, 'uploads')), [])
})

test('a form that breaks off or says something else is refused at once, and nothing of it is kept', async (t) => {
  const club = await startClub()
  const part = (name: string, more: string) => `--x\r\nContent-Disposition: form-data; name="${name}"${more}`
  const file = part('file', '; filename="a.csv"\r\n\r\nlast name\nA')
  const post = (type: string, payload: string) =>
    club.admin.inject({ method: 'POST', url: '/api/v1/imports', headers: { 'content-type': type }, payload })
  const form = 'multipart/form-data; boundary=x'
  for (const [what, type, payload] of [
    ['no boundary', 'multipart/form-data', file],
    ['an empty boundary', 'multipart/form-data; boundary=', file],
    ['the end within the head of a part', form, '--x\r\nfoo'],
    ['the end within the file', form, file],
    ['the end within a field', form, `${file}\r\n${part('into', '\r\n\r\nmem')}`],
  ] as const) {
    const answer = await post(type, payload)
    t.match(answer.json(), { status: 400, type: /malformed-request/, detail: /form cannot be read/ }, what)
  }
  const unknown = await post(form, `${part('foo', '\r\n\r\nbar')}\r\n${file}\r\n--x--\r\n`)
  t.match(unknown.json(), { status: 400, errors: [{ pointer: '/foo', message: /send file, into/ }] })
  t.same((await club.admin.get('/api/v1/imports')).json().items, [])
  t.same(await readdir(join(club.platform.dataDir, 'files', club.tenant.id, 'uploads')), [])
})

test('ragged rows are left out and the others stand', async (t) => {
  const club = await startClub()
  const { counts, problems } = await plan(club, 'first name,last name\nA,B\nC\nD,E,F\nG,H\n')
  t.match(counts, { create: 2, error: 2 })
  t.match(problems, [
    { row: 3, reason: /1 cell/ },
    { row: 4, reason: /3 cells/ },
  ])
})

test('a mapping that does not fit is refused', async (t) => {
  const { admin } = await startClub()
  const refused = async (o: object) => (await send(admin, 'last name\nA\n', o)).json()
  t.match(await refused({ mapping: { wrong: 'lastName' } }), { status: 400, errors: [{ pointer: '/mapping' }] })
  t.match(await refused({ mapping: { 'last name': 'tenantId' } }), { status: 400, errors: [{ pointer: '/mapping' }] })
  t.match(await refused({ mapping: { 'last name': 'customFields.none' } }), { status: 400 })
  t.match(await refused({ options: { update: 'maybe' } }), { status: 400, errors: [{ pointer: '/options/update' }] })
  t.match(await refused({ into: 'users' }), { status: 400, errors: [{ pointer: '/into' }] })
})

test('parts may say that they are JSON', async (t) => {
  const { admin } = await startClub()
  const part = (name: string, more: string) => `--x\r\nContent-Disposition: form-data; name="${name}"${more}\r\n`
  const json = (name: string, value: string) => part(name, `\r\nContent-Type: application/json\r\n\r\n${value}`)
  const payload = [
    part('into', '\r\n\r\nmembers'),
    json('mapping', '{"Draht":"phone"}'),
    json('options', '{"blanks":"clear"}'),
    part('file', '; filename="a.csv"\r\n\r\nNachname;Draht\nA;1'),
    '--x--\r\n',
  ].join('')
  const headers = { 'content-type': 'multipart/form-data; boundary=x' }
  const answer = await admin.inject({ method: 'POST', url: '/api/v1/imports', headers, payload })
  t.match(answer.json(), { mapping: { Draht: 'phone' }, options: { blanks: 'clear' } }, answer.body)
})

test('problems are paged and downloaded', async (t) => {
  const club = await startClub()
  const bad = Array.from({ length: 60 }, (_, i) => `N${i},#REF!`).join('\n')
  const { id, problems } = await plan(club, `last name,email\n${bad}\n`)
  t.equal(problems.length, 25)
  const first = (await club.admin.get(`/api/v1/imports/${id}/problems?limit=50`)).json()
  const second = (
    await club.admin.get(`/api/v1/imports/${id}/problems?limit=50&cursor=${first.page.nextCursor}`)
  ).json()
  t.same([first.items.length, second.items.length, second.page.nextCursor], [50, 10, null])
  const csv = await club.admin.get(`/api/v1/imports/${id}/problems.csv`)
  t.equal(csv.body.trim().split('\r\n').length, 61)
})

async function workbook(rows: readonly (readonly string[])[], o: { name?: string } = {}) {
  const path = pathFor('xlsx')
  const xml = worksheet(rows.map((cells, i) => textRow(i + 1, cells)))
  await writeArchive(path, workbookParts([{ name: o.name ?? 'Members', xml }]))
  return readFile(path)
}

test('what the database cannot keep is quoted without it, and the other rows stand', async (t) => {
  const club = await startClub()
  const cut = await plan(club, `Vorname;Nachname;E-Mail\nA;B;${'x'.repeat(199)}😀😀\u0007\nC;D;c@d.de\n`)
  t.match(cut.counts, { create: 1, error: 1 })
  t.equal(cut.problems[0]?.value, `${'x'.repeat(199)}😀`)
  const rows = [
    ['Vorname', 'Nachname'],
    ['_x0000_', 'B'],
    ['&#0;', 'C'],
    ['&#xD800;', 'D'],
    ['a_x0007_&#0;', 'E'],
    ['F', 'G'],
  ]
  const controls = await plan(club, await workbook(rows), { fileName: 'list.xlsx' })
  t.match(controls.counts, { create: 1, error: 4 })
  t.same(
    controls.problems.map(({ value }) => value),
    ['\uFFFD', '\uFFFD', '\uFFFD', 'a\uFFFD\uFFFD'],
  )
})

test('a header or the name of a worksheet that no text may hold is refused with its place', async (t) => {
  const { admin } = await startClub()
  const refused = async (file: Buffer) => (await send(admin, file, { fileName: 'list.xlsx' })).json()
  const columns = (header: string) =>
    workbook([
      ['Nachname', header],
      ['A', 'B'],
    ])
  const unprintable = { status: 422, errors: [{ pointer: '/file', code: 'unprintable' }] }
  for (const header of ['_x0000_Mob', '_xD800_Mob', '&#0;Mob'])
    t.match(await refused(await columns(header)), { ...unprintable, row: 1, column: 'B' }, header)
  t.match(await refused(await workbook([['Nachname'], ['A']], { name: 'M&#0;x' })), unprintable)
})

test('an option that is none is named with those there are', async (t) => {
  const { admin } = await startClub()
  const answer = await send(admin, 'firstName\nGrace\n', { options: { bogus: 1, update: 'never' } })
  t.equal(answer.statusCode, 400, answer.body)
  const messages = Object.fromEntries(
    answer.json().errors.map((one: { pointer: string; message: string }) => [one.pointer, one.message]),
  )
  t.match(messages['/options/bogus'], /^Unknown field "bogus"; use: update, blanks, ends, dateOrder, /)
  t.equal(messages['/options/update'], 'must be one of: override, fillEmpty')
})
