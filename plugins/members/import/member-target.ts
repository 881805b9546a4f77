/** Members as what an import fills. */

import { applyMembers, undoMembers } from './member-apply.ts'
import { type MemberSurroundings, planMembers } from './member-plan.ts'
import { membersChangedSince } from './member-sql.ts'
import type { RowTarget } from './row-target.ts'

/** Large enough that statements cost little, small enough that other requests get their turn. */
const BATCH = 500

export function memberTarget(o: MemberSurroundings): RowTarget {
  return {
    id: 'members',
    permission: 'members.import',
    batch: BATCH,
    plan: (tx, rows) => planMembers(tx, rows, o),
    changedSince: (tx, importId) => membersChangedSince(tx, importId, o.system),
    apply: (tx, rows, importId) => applyMembers(tx, rows, importId, o),
    undo: (tx, rows, importId) => undoMembers(tx, rows, importId, o),
  }
}
