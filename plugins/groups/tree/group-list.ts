import {
  type binder,
  type PageOf,
  Problem,
  pageQuery,
  parseListQuery,
  problems,
  reachSql,
  readPage,
  type Tx,
} from '@guildhall/sdk'
import type { GroupsContext } from '../context.ts'
import type { Group, GroupNodeView } from '../group-schema.ts'
import { type GroupRow, groupColumns, groupListing, groupOf, groupTables, searchSql } from './group-sql.ts'

type Query = Readonly<Record<string, unknown>> & { below?: string; tree?: boolean; at?: string }

/** Groups within the actor's reach; nested with `tree=true`. */
export async function listGroups(ctx: GroupsContext, tx: Tx, query: Query): Promise<PageOf<Group | GroupNodeView>> {
  const request = parseListQuery(groupListing, query)
  const top = query.below === undefined ? null : await ctx.use.tree.node(tx, query.below)
  if (top) await ctx.require('groups.read', { paths: [top.path], readable: 'groups.read' })
  const source = {
    select: groupColumns(query.at ?? (await ctx.use.organization.today(tx))),
    from: groupTables,
    tenantId: tx.tenantId,
    where: (bind: ReturnType<typeof binder>['bind']) => [
      reachSql(ctx.reach('groups.read'), { pathColumn: 'g.path', bind }),
      ...(top
        ? [`g.path > ${bind(top.path)}::text COLLATE "C" AND g.path < ${bind(`${top.path}~`)}::text COLLATE "C"`]
        : []),
      ...searchSql(request.search ?? '', bind),
    ],
  }
  if (!query.tree) return readPage<GroupRow, Group>(tx, groupListing, request, { ...source, of: groupOf })
  const { text, values } = pageQuery(
    groupListing,
    { ...request, limit: mostNodes, cursor: undefined, total: false },
    source,
  )
  const rows = await tx.query<GroupRow>(text, values)
  if (rows.length > mostNodes)
    throw new Problem(problems.unprocessable, {
      detail: `A tree shows at most ${mostNodes} groups. Ask for a part of it with "below".`,
    })
  return { items: nest(rows), page: { nextCursor: null, ...(request.total ? { total: rows.length } : {}) } }
}

const mostNodes = 10_000

/** Each under the nearest one above that is shown too, in the order of the list. */
export function nest(rows: readonly GroupRow[]): GroupNodeView[] {
  const nodes = new Map(rows.map((row) => [row.id, { ...groupOf(row), children: [] as GroupNodeView[] }]))
  const tops: GroupNodeView[] = []
  for (const node of nodes.values()) {
    const above = node.path.slice(0, -1).findLast((id) => nodes.has(id))
    if (above === undefined) tops.push(node)
    else nodes.get(above)!.children.push(node)
  }
  return tops
}
