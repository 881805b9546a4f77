import type { CopyScope } from '@guildhall/sdk'

/** A rehearsal of one group takes the members who sit in it or below, now or at any other time. */
export const membersOfGroup: CopyScope = {
  table: 'members.member',
  counts: true,
  inGroup: `EXISTS (SELECT 1 FROM groups.seat s
      JOIN core."group" n ON n.tenant_id = s.tenant_id AND n.id = s.group_id
      JOIN core."group" top ON top.tenant_id = n.tenant_id AND top.id = $2
     WHERE s.tenant_id = t.tenant_id AND s.member_id = t.id AND starts_with(n.path, top.path))`,
}
