import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import t, { test } from 'tap'
import type { Counts } from '#plugins/members/import/import-schema.ts'
import { plan, planAndApply, startClub } from './importing.ts'

t.setTimeout(180_000)

/** A cell that costs its row: what it held is gone. */
const BROKEN = '#REF!'

interface Row {
  number: string
  first: string
  last: string
  email: string
}
const row: fc.Arbitrary<Row> = fc.record({
  number: fc.constantFrom('', '1', '2', '3', '4', '5'),
  first: fc.constantFrom('Ann', 'Bob', 'Cleo'),
  last: fc.constantFrom('One', 'Two', ''),
  email: fc.constantFrom('', '', 'x@example.org', 'y@example.org', BROKEN),
})
const file = (rows: readonly Row[]) =>
  ['external id,first name,last name,email', ...rows.map((r) => [r.number, r.first, r.last, r.email].join(','))].join(
    '\n',
  )

type Sharing = 'first' | 'conflict'

/**
 * Row by row against a list of people: number, then address, then name alone; a row like an earlier one is a conflict. A
 * shared address is a conflict or says nothing.
 */
function expected(rows: readonly Row[], people: readonly Row[], sharing: Sharing): Counts {
  const counts: Counts = { create: 0, update: 0, unchanged: 0, conflict: 0, error: 0 }
  const first = { email: new Set<string>(), name: new Set<string>(), person: new Set<Row>() }
  const staying: { row: Row; outcome: keyof Counts; person: Row | undefined; taken: boolean }[] = []
  // Whatever is wrong with a row, its number is taken.
  const numbers = new Set<string>()
  for (const one of rows) {
    const repeated = one.number !== '' && numbers.has(one.number)
    numbers.add(one.number)
    const known = one.email === BROKEN ? undefined : find(one, people)
    const taken = known === 'taken' && sharing === 'first'
    const found = taken ? find(one, people, true) : known
    if (one.email === BROKEN) counts.error++
    else if (found === 'doubt' || found === 'taken' || repeated) counts.conflict++
    else {
      const same = found && (!one.number || one.number === found.number) && one.first === found.first
      const all = same && (!one.last || one.last === found.last) && (!one.email || one.email === found.email)
      const outcome = !found ? 'create' : all && !taken ? 'unchanged' : 'update'
      staying.push({ row: one, outcome, person: found, taken })
    }
  }
  const keep = (of: (s: (typeof staying)[number]) => unknown, seen: Set<unknown>) => {
    for (let i = 0; i < staying.length; i++) {
      const key = of(staying[i]!)
      if (key === undefined) continue
      if (!seen.has(key)) seen.add(key)
      else {
        staying.splice(i--, 1)
        counts.conflict++
      }
    }
  }
  const apart = (r: Row) => (sharing === 'first' ? `${r.email}|${r.first}|${r.last}|${r.number}` : r.email)
  keep(({ row: r, taken }) => (r.email && !taken ? apart(r) : undefined), first.email)
  keep(({ row: r, person }) => (person || r.number || r.email ? undefined : `${r.first}|${r.last}`), first.name)
  keep(({ person }) => person, first.person)
  for (const { outcome } of staying) counts[outcome]++
  return counts
}

function find(one: Row, people: readonly Row[], taken = false): Row | undefined | 'doubt' | 'taken' {
  const numbered = one.number ? people.find((p) => p.number === one.number) : undefined
  const mailed = one.email && !taken ? people.find((p) => p.email === one.email) : undefined
  // Nobody here has a birthday: with both names another one it is another person.
  if (numbered && one.last && one.first !== numbered.first && one.last !== numbered.last) return 'doubt'
  if (numbered) return mailed && mailed !== numbered ? 'taken' : numbered
  if (mailed) {
    if (one.number && mailed.number && one.number !== mailed.number) return 'taken'
    return one.first === mailed.first ? mailed : 'taken'
  }
  if (one.number) return undefined
  const alike = people.filter((p) => p.first === one.first && p.last === one.last && !(one.email && p.email))
  if (alike.length === 0) return undefined
  return (one.email && !taken) || alike.length > 1 ? 'doubt' : alike[0]
}

test('a plan is what a plain walk over rows and members gives', async (t) => {
  const people: Row[] = [
    { number: '1', first: 'Ann', last: 'One', email: '' },
    { number: '2', first: 'Ann', last: 'Two', email: 'x@example.org' },
    { number: '', first: 'Bob', last: 'Two', email: 'y@example.org' },
    { number: '', first: 'Cleo', last: 'One', email: '' },
  ]
  // Was taken for a heading.
  const nameAlone = [
    { number: '', first: 'Ann', last: '', email: '' },
    { number: '4', first: 'Ann', last: 'One', email: '' },
    { number: '', first: 'Ann', last: 'One', email: BROKEN },
  ]
  const club = await startClub()
  const { applied } = await planAndApply(club, file(people))
  t.equal(applied.create, people.length)
  await fc.assert(
    fc.asyncProperty(
      fc.array(row, { minLength: 1, maxLength: 12 }),
      fc.constantFrom<Sharing>('first', 'conflict'),
      async (rows, sharedEmail) => {
        const { counts, problems } = await plan(club, file(rows), { options: { sharedEmail } })
        const wanted = expected(rows, people, sharedEmail)
        if (!isDeepStrictEqual(counts, wanted)) throw new Error(`${JSON.stringify({ counts, wanted, problems })}`)
      },
    ),
    { numRuns: 60, examples: [[nameAlone, 'first']] },
  )
})
