import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import t from 'tap'
import { describeError } from '#core/cli/terminal/output.ts'

t.test('a mistake in a program is told with its place; a refusal is a sentence', async (t) => {
  const folder = t.testdir({
    'unfinished.ts': 'export const one: number = 1\nexport const two = ;\n',
    'nothing.ts': 'const none = null as unknown as { some: string }\nexport const some = none.some\n',
  })
  const said = (file: string) =>
    import(pathToFileURL(join(folder, file)).href).then(
      () => '',
      (error: unknown) => describeError(error).text,
    )
  t.match(await said('unfinished.ts'), /unfinished\.ts:2\n[\s\S]*export const two = ;[\s\S]*Expression expected$/)
  t.match(await said('nothing.ts'), /^Cannot read properties of null .*\n +at .*nothing\.ts:2/)
  t.equal(describeError(new Error('There is no organisation "nix".')).text, 'There is no organisation "nix".')
  const json = () => JSON.parse('{') as unknown
  t.match(
    t.throws(json) && describeError(t.throws(json)).text,
    /^[^\n]*JSON[^\n]*$/,
    'a text that is no JSON has no place',
  )
})
