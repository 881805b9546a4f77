import type { Tx } from '@guildhall/sdk'
import type { ImportRow, MemberImportTarget } from '#plugins/members/refs.ts'
import { deskOfCaller } from '../context.ts'
import type { GroupPatch } from '../group-schema.ts'
import { type GroupRow, seatHolders, selectGroup } from '../tree/group-sql.ts'
import { changeGroup, createGroup, deleteGroup } from '../tree/groups.ts'
import { beforeOf, readTable } from './group-table.ts'

/** Rows become groups, known again by their number or, without one, by their name. Parents may stand anywhere. */
export const groupsImport: MemberImportTarget = {
  id: 'groups',
  title: 'Groups: the tree of the organisation',
  permission: 'groups.write',
  whole: true,
  plan: async (tx, rows, caller) =>
    (await readTable(tx, rows, await caller.tree.levels(tx), await caller.tree.root(tx))).verdicts,
  async apply(tx, rows, caller) {
    const desk = await deskOfCaller(caller, tx)
    const table = await readTable(tx, rows, await caller.tree.levels(tx), await caller.tree.root(tx))
    const results = new Map<ImportRow, { id: string; version: number; before?: unknown }>()
    for (const line of table.parentsFirst) {
      const parentId = line.parent === null ? undefined : (line.parent.id ?? undefined)
      const input = { ...line.patch, name: line.name, type: line.type, ...(parentId === undefined ? {} : { parentId }) }
      if (line.existing) {
        const before = beforeOf(line.existing)
        const group = await changeGroup(tx, desk, line.existing.id, line.isRoot ? rootPatch(input) : input, {
          ifMatch: null,
        })
        results.set(line.row, { id: group.id, version: group.version, before })
      } else {
        const group = await createGroup(tx, desk, input, { id: line.id!, quiet: true })
        results.set(line.row, { id: group.id, version: group.version })
      }
    }
    return rows.map((row) => ({ number: row.number, ...results.get(row)! }))
  },
  async undo(tx, rows, caller) {
    const desk = await deskOfCaller(caller, tx)
    const left: string[] = []
    const standing = new Map<string, GroupRow>()
    for (const { id } of rows) {
      const row = await selectGroup(tx, id, desk.today)
      if (row) standing.set(id, row)
    }
    // The deepest first: what hangs on a group made by the import was made by it too, or stands in the way.
    const deepestFirst = rows.toSorted(
      (a, b) => (standing.get(b.id)?.path.length ?? 0) - (standing.get(a.id)?.path.length ?? 0),
    )
    for (const row of deepestFirst) {
      const group = standing.get(row.id)
      if (group?.version !== row.version || (row.before === undefined && (await hasSeats(tx, row.id, desk.today))))
        left.push(row.id)
      else if (row.before !== undefined)
        await changeGroup(tx, desk, row.id, row.before as GroupPatch, { ifMatch: null })
      else if (left.some((id) => standing.get(id)?.path.startsWith(group.path))) left.push(row.id)
      else await deleteGroup(tx, desk, row.id, { ifMatch: null })
    }
    return left
  },
}

const hasSeats = async (tx: Tx, id: string, today: string): Promise<boolean> => {
  const { names, ended } = await seatHolders(tx, id, today)
  return names.length + ended > 0
}

/** The root keeps its place and level: they are the organisation's. */
const rootPatch = ({ type: _type, parentId: _parent, ...patch }: GroupPatch): GroupPatch => patch
