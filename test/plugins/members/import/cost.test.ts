import { test } from 'tap'
import type { ValueContext, ValueKind } from '#plugins/members/import/index.ts'
import { DateOrderVote, isProblem, parseDate, parseValue } from '#plugins/members/import/index.ts'

const GERMAN: ValueContext = { country: 'DE', currency: 'EUR', decimal: ',', dateOrder: 'dmy', currentYear: 2026 }

test('a cell costs what its length says, whatever it holds and whatever it is read as', (t) => {
  const kinds =
    `text name givenName fullName email phone url date firstDay lastDay boolean gender salutation integer money
    list tick status role country language address`.split(/\s+/) as ValueKind[]
  const long = 8000
  const cells = {
    title: `Dr-${'a'.repeat(40)}1 Anna`,
    points: `${'.'.repeat(long)}${'1'.repeat(long)}x(`,
    marks: `a${'\u0315'.repeat(long)}${'\u0316'.repeat(long)}`,
    times: `x${' '.repeat(long)}0:00 ${'\t'.repeat(long)}y`,
    ones: `${'1 '.repeat(long)}x`,
  }
  const began = process.cpuUsage()
  for (const cell of Object.values(cells)) {
    for (const kind of kinds) parseValue(kind, cell, GERMAN)
    new DateOrderVote().see(cell)
    t.ok(isProblem(parseDate(cell)))
  }
  const { user } = process.cpuUsage(began)
  t.ok(user < 2_000_000, `computed for ${Math.round(user / 1000)} ms`)
  t.end()
})
