import { cleanText, invalid, isProblem, Problem, problemKind, problems } from '@guildhall/sdk'
import { test } from 'tap'

test('the catalogue has one entry an id, each with its remedy', async (t) => {
  const kinds = Object.values(problems)
  t.equal(new Set(kinds.map(({ type }) => type)).size, kinds.length)
  for (const { type, title, remedy } of kinds) t.ok(title.length > 5 && remedy.length > 5, type)
})

test('a kind with a bad id or a status that is no error is refused', async (t) => {
  const good = { type: 'plan-in-use', status: 409, title: 'a', remedy: 'b' }
  t.strictSame(problemKind(good), good)
  for (const type of ['PlanInUse', 'plan_in_use', '', '-a', 'a--b'])
    t.throws(() => problemKind({ ...good, type }), /kebab-case/)
  for (const status of [200, 399, 600, 404.5]) t.throws(() => problemKind({ ...good, status }), /no error/)
})

test('a problem keeps its cause, and is known across copies of the package', async (t) => {
  const cause = new Error('inside')
  const problem = new Problem(problems.conflict, { cause, detail: 'Twice' })
  t.equal(problem.cause, cause)
  t.match(problem, { status: 409, message: 'Twice', errors: [] })
  t.ok(isProblem(Object.assign(new Error('x'), { name: 'Problem', kind: problems.gone })))
  t.notOk(isProblem(cause))
  t.strictSame(invalid('/a', 'No', { code: 'x', in: 'query' }).errors, [
    { pointer: '/a', message: 'No', code: 'x', in: 'query' },
  ])
})

test('text is composed, trimmed and free of controls', async (t) => {
  t.equal(cleanText(' Zoe\u0308\r\nb\t '), 'Zo\u00eb\nb')
  for (const bad of ['\0', '\u0007', '\r', '\u007f', '\u0085', '\ud800']) {
    t.throws(() => cleanText(`a${bad}b`, '/name'), {
      kind: { type: 'validation-failed' },
      errors: [{ pointer: '/name' }],
    })
  }
  t.equal(cleanText('<b>"&\u{1F600}'), '<b>"&\u{1F600}')
  t.equal(cleanText(`q${'\u0316'.repeat(30)}`).length, 31, 'as many marks as anybody writes')
})
