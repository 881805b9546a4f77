import t from 'tap'
import { files, places, read } from '../support/source-tree.ts'

const tests = files('test/**/*.test.ts')
const inTests = files('test/**/*.ts')

/** Files that may wait for a clock, and why no event could be waited for instead. */
const mayWait: Readonly<Record<string, string>> = {
  'test/core/cli/launch.test.ts': 'the child process it starts is the one that waits: a program that takes a while',
  'test/support/until.ts': 'what another process does has no event here: it is asked for, a turn of the loop apart',
}

const names = (path: string): string[] =>
  [...read(path).matchAll(/^\s*(?:t|tap)\.test\(\s*(['"`])((?:(?!\1).)+)\1|^test\(\s*(['"`])((?:(?!\3).)+)\3/gm)].map(
    (match) => (match[2] ?? match[4]) as string,
  )

t.test('a test has a name of its own', async (t) => {
  const seen = new Map<string, string[]>()
  for (const path of tests)
    for (const name of names(path)) if (!name.includes('${')) seen.set(name, [...(seen.get(name) ?? []), path])
  const twice = [...seen]
    .filter(([, where]) => where.length > 1)
    .map(([name, where]) => `"${name}" in ${where.join(', ')}`)
  t.same(twice, [])
})

t.test('tests wait for what happens, not for a clock', async (t) => {
  const waiting = /(?<!\bt\.)\bsetTimeout\(|timers\/promises|\bsleep\(|pg_sleep/
  const found = places(
    inTests.filter((path) => !(path in mayWait) && path !== 'test/structure/tests.test.ts'),
    waiting,
  )
  t.same(found, [])
  t.same(
    Object.keys(mayWait).filter((path) => !inTests.includes(path)),
    [],
    'the list of exceptions names files that exist',
  )
})

t.test('tests use no fixed port and no network', async (t) => {
  const fixed = /listen\(\s*\{[^}]*port:\s*[1-9]|listen\(\s*[1-9]\d*\s*[,)]/
  t.same(places(inTests, fixed), [])
})

t.test('no test is left out or runs alone', async (t) => {
  t.same(places(tests, /\.only\(|\.todo\(|\bskip:\s*true/), [])
})
