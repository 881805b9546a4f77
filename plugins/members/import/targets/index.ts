/** What a table can be imported into, with the headers each field is known by. */
import type { ImportTarget, ImportTargetId } from '../import-target.ts'
import { GROUP_MEMBERS } from './group-members.ts'
import { GROUPS } from './groups.ts'
import { MEMBERS } from './members.ts'
import { MEMBERSHIPS } from './memberships.ts'

export const IMPORT_TARGETS: Readonly<Record<ImportTargetId, ImportTarget>> = {
  members: MEMBERS,
  groups: GROUPS,
  'group-members': GROUP_MEMBERS,
  memberships: MEMBERSHIPS,
}
