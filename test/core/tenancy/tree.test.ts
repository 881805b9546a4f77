import { parsePath } from '@guildhall/sdk'
import fc from 'fast-check'
import t from 'tap'
import { v7 as uuidv7 } from 'uuid'
import { tree } from '#core/tenancy/tree.ts'
import { startTestPlatform } from '#core/testing/index.ts'

t.test('whatever is created, moved and removed, every path is its parent’s path and itself', async (t) => {
  await using platform = await startTestPlatform({ plugins: [] })
  const command = fc.record({ kind: fc.constantFrom('create', 'move', 'remove'), a: fc.nat(30), b: fc.nat(30) })
  await fc.assert(
    fc.asyncProperty(fc.array(command, { minLength: 5, maxLength: 40 }), async (commands) => {
      const club = await platform.tenant('Club')
      const parents = new Map<string, string | null>([[club.rootId, null]])
      const pick = (n: number) => [...parents.keys()][n % parents.size] as string
      for (const { kind, a, b } of commands) {
        const [one, two] = [pick(a), pick(b)]
        await club
          .unit(async (tx) => {
            if (kind === 'create') {
              const id = uuidv7()
              await tree.create(tx, { id, parentId: one, type: null, name: 'n' })
              parents.set(id, one)
            } else if (kind === 'move') {
              await tree.move(tx, one, two)
              parents.set(one, two)
            } else {
              await tree.remove(tx, one)
              parents.delete(one)
            }
          })
          .catch((error: { status?: number }) => {
            if (error.status !== 409) throw error
          })
      }
      const rows = await club.unit((tx) =>
        tx.query<{ id: string; parent_id: string | null; path: string; depth: number }>(
          'SELECT id, parent_id, path, depth FROM core."group" WHERE tenant_id = $1',
          [tx.tenantId],
        ),
      )
      const model = (id: string): string[] => [...(parents.get(id) ? model(parents.get(id) as string) : []), id]
      t.equal(rows.length, parents.size)
      for (const row of rows) {
        if (row.parent_id !== parents.get(row.id)) throw new Error('another parent than the model')
        const ids = parsePath(row.path).map(({ id }) => id)
        if (ids.join() !== model(row.id).join() || row.depth !== ids.length - 1)
          throw new Error(`path ${ids.join()} is not ${model(row.id).join()}`)
      }
    }),
    { numRuns: 15 },
  )
})
