import t from 'tap'
import { startTestPlatform } from '#core/testing/index.ts'
import { type Document, DocumentClient, documentOf } from '../../contract/document.ts'

t.setTimeout(180_000)

const platform = await startTestPlatform()
t.teardown(() => platform.close())
const admin = await (await platform.tenant('Club')).admin()
const document = await documentOf(admin)

/** Values for every kind of filter, as its description lets a client guess. */
function valuesFor(name: string, description: string): string[] {
  const [, op] = name.split('.')
  const oneOf = /One of: ([^.]+)\./.exec(description)?.[1]?.split(', ')[0]
  if (op === 'isNull') return ['true', 'false']
  const plain = [
    oneOf ?? 'a',
    '2025-12-31',
    '2025-12-31T18:00:00Z',
    '01890a5d-ac96-774b-bcce-b302099a8057',
    '1',
    'true',
  ]
  return op === 'between' ? plain.map((value) => `${value},${value}`) : plain
}

t.test('every offered filter and sort of every list works', async (t) => {
  const lists = document.operations.filter(
    ({ method, path, parameters }) =>
      method === 'GET' &&
      !path.includes('{') &&
      parameters?.some(({ name }) => name === 'cursor') &&
      !path.startsWith('/api/v1/organizations'),
  )
  t.ok(lists.length >= 10, `${lists.length} lists`)
  for (const { path, parameters = [] } of lists) {
    const client = new DocumentClient(document, admin)
    for (const { name, description, schema } of parameters.filter((one) => one.in === 'query')) {
      if (['limit', 'cursor', 'filter', 'total', 'include'].includes(name)) continue
      if (name === 'sort') {
        for (const key of sortKeys(document, path)) {
          const answer = await client.call(`GET ${path}`, { query: { sort: key } })
          t.equal(answer.statusCode, 200, `${path}?sort=${key}: ${answer.body.slice(0, 200)}`)
        }
        continue
      }
      const plain = parameters.find((one) => one.name === name.split('.')[0])
      const says = `${plain?.description ?? plain?.schema.description ?? ''} ${description ?? schema.description ?? ''}`
      const answers = []
      for (const value of (schema.enum as string[] | undefined) ?? valuesFor(name, says))
        answers.push((await client.call(`GET ${path}`, { query: { [name]: value } })).statusCode)
      // Where a group is named, it has to be there.
      t.ok(answers.includes(200) || answers.includes(404), `${path}?${name}: ${answers.join()}`)
      t.ok(
        answers.every((status) => [200, 400, 404].includes(status)),
        `${path}?${name}: ${answers.join()}`,
      )
    }
    t.same(client.deviations, [])
  }
})

/** Leading keys stand before "not first". */
function sortKeys(doc: Document, path: string): string[] {
  const sort = doc.operation(`GET ${path}`).parameters?.find(({ name }) => name === 'sort')
  const [, leading = ''] = /Keys: ([^;.]*)/.exec(sort?.description ?? sort?.schema.description ?? '') ?? []
  return leading
    .split(', ')
    .filter(Boolean)
    .flatMap((key) => [key, `-${key}`])
}
