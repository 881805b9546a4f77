import { type Bind, isUuid, reachSql, type Scalar, valuesOf } from '@guildhall/sdk'
import type { MemberFilter } from '#plugins/members/refs.ts'
import { fold } from '../words.ts'

/** Groups by id or by their number in another register. */
function idsOf(value: Scalar | readonly Scalar[], tenant: string, bind: Bind): string {
  const wanted = valuesOf(value).map(String)
  const ids = wanted.filter((one) => isUuid(one)).map((one) => one.toLowerCase())
  const numbers = wanted.filter((one) => !isUuid(one)).map(fold)
  return `SELECT gd.id FROM groups.detail gd WHERE gd.tenant_id = ${tenant}
    AND (gd.id = ANY(${bind(ids)}::uuid[]) OR gd.external_key = ANY(${bind(numbers)}::text[]))`
}

type Asked = Parameters<MemberFilter['sql']>[2]

/** Seats in the groups where they may be seen. */
const seated = ({ member, tenant, day, reach, bind }: Asked, condition: string): string =>
  `EXISTS (SELECT 1 FROM groups.seat fs JOIN core."group" fg ON fg.tenant_id = fs.tenant_id AND fg.id = fs.group_id
     WHERE fs.tenant_id = ${tenant} AND fs.member_id = ${member}
     AND fs.starts_on <= ${day} AND fs.ends_before > ${day} AND ${reachSql(reach, { pathColumn: 'fg.path', bind })}${condition})`

const group: MemberFilter = {
  name: 'group',
  needs: 'groups.seats.read',
  description: 'A group the member sits in, by id or external id',
  type: 'text',
  ops: ['eq', 'ne', 'in', 'isNull'],
  sql: (op, value, o) =>
    op === 'isNull' ? `NOT ${seated(o, '')}` : seated(o, ` AND fs.group_id IN (${idsOf(value, o.tenant, o.bind)})`),
}

const groupSubtree: MemberFilter = {
  name: 'groupSubtree',
  needs: 'groups.seats.read',
  description: 'A group the member sits in, or in one below it, by id or external id',
  type: 'text',
  ops: ['eq', 'ne', 'in'],
  sql: (_op, value, o) =>
    seated(
      o,
      ` AND EXISTS (SELECT 1 FROM core."group" ft WHERE ft.tenant_id = ${o.tenant} AND ft.id IN (${idsOf(value, o.tenant, o.bind)})
          AND fg.path >= ft.path AND fg.path < (ft.path || '~') COLLATE "C")`,
    ),
}

const groupRole: MemberFilter = {
  name: 'groupRole',
  needs: 'groups.seats.read',
  description: 'A role the member has in some group, by its key',
  type: 'text',
  ops: ['eq', 'ne', 'in'],
  sql: (_op, value, o) => seated(o, ` AND fs.role = ANY(${o.bind(valuesOf(value))}::text[])`),
}

export const groupFilters: readonly MemberFilter[] = [group, groupSubtree, groupRole]
