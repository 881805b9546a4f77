import t from 'tap'
import { frequentName } from '#core/database/prepared-name.ts'

t.test('a statement is kept once it has been asked for often, and only so many are', async (t) => {
  const page = 'SELECT 1 FROM page'
  const first = Array.from({ length: 4 }, () => frequentName(page))
  t.same(first, [undefined, undefined, undefined, undefined])
  const name = frequentName(page)
  t.match(name, /^guildhall-/)
  t.equal(frequentName(page), name)
  const others = Array.from({ length: 200 }, (_, n) => {
    for (let times = 0; times < 4; times++) frequentName(`SELECT ${n}`)
    return frequentName(`SELECT ${n}`)
  })
  t.equal(new Set(others.filter(Boolean)).size, 99, 'each connection pays for what is kept')
  t.equal(frequentName(page), name)
})
