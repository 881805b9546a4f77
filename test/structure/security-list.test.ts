/** The ninety security tests of bots: each has its number in the title of a test, or in the table of attacks. */
import t from 'tap'
import { sections } from '../bots/engine/attack-table.ts'
import { files, read } from '../support/source-tree.ts'

const titled = /\b(?:t\.test|check)\(\s*(['"`])(\d{1,2}(?:, \d{1,2})*): /g

t.test('each of the ninety is there', async (t) => {
  const found = new Set(sections.flatMap(({ attacks }) => attacks.map(({ number }) => number)))
  for (const file of files('test/**/*.test.ts'))
    for (const [, , numbers = ''] of read(file).matchAll(titled))
      for (const number of numbers.split(', ')) found.add(Number(number))
  const all = Array.from({ length: 90 }, (_, i) => i + 1)
  t.same(
    all.filter((number) => !found.has(number)),
    [],
    'none is missing',
  )
  t.same(
    [...found].filter((number) => !all.includes(number)),
    [],
    'and none has a number that is not in the list',
  )
})
