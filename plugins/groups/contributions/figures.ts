import type { Figure } from '@guildhall/sdk'

/** Members by group, each group for itself: the largest first. */
export const byGroup: Figure = {
  key: 'byGroup',
  topic: 'groups',
  title: 'Members by group',
  compute: (tx, { at }) =>
    tx.query(
      `SELECT g.id AS "groupId", g.name, g.type, c.members FROM (
         SELECT s.group_id, count(DISTINCT s.member_id)::int AS members FROM groups.seat s
           JOIN members.member m ON m.tenant_id = s.tenant_id AND m.id = s.member_id AND m.deleted_at IS NULL
          WHERE s.tenant_id = $1 AND s.starts_on <= $2::date AND s.ends_before > $2::date GROUP BY s.group_id) c
         JOIN core."group" g ON g.tenant_id = $1 AND g.id = c.group_id
        ORDER BY c.members DESC, g.name LIMIT 200`,
      [tx.tenantId, at],
    ),
}
