import t from 'tap'
import { read } from '../support/source-tree.ts'

t.test('the README runs only what package.json has', async (t) => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
  const called = [...read('README.md').matchAll(/npm (?:run (?:-s )?)?([a-z]+(?::[a-z]+)*)/g)].map(([, name]) => name!)
  t.same(
    called.filter((name) => !(name in scripts)),
    [],
  )
})
