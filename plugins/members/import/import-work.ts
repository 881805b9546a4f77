/** Everything an import in hand works with: its reader, its target, whose rights it has. */
import { dateIn, invalid, type Tx } from '@guildhall/sdk'
import { actingFor, callerOf, personBehind } from '../acting-for.ts'
import type { MembersContext } from '../context.ts'
import { type CustomField, customFields } from '../custom-fields/definition.ts'
import { defaultExternalSystem } from '../member-schema.ts'
import { type Caller, type MemberImportTarget, memberImportTargets } from '../refs.ts'
import { membersServiceFor } from '../service/index.ts'
import { recomputeStatus } from '../service/status.ts'
import { contributedTarget } from './contributed-target.ts'
import type { ImportRecord } from './import-sql.ts'
import type { ImportTarget, ImportTargetId } from './import-target.ts'
import { memberTarget } from './member-target.ts'
import { RowNotices } from './row-notices.ts'
import { RowReader } from './row-reader.ts'
import type { RowTarget } from './row-target.ts'
import { IMPORT_TARGETS } from './targets/index.ts'

export interface Work {
  readonly target: RowTarget
  readonly reader: RowReader
  readonly notices: RowNotices
}

/** @throws Problem 400 when there is no such table, or the plugin that keeps it is off */
export function fieldsOf(ctx: MembersContext, into: string): ImportTarget {
  const on = ['members', ...contributed(ctx).keys()]
  if (!on.includes(into) || !Object.hasOwn(IMPORT_TARGETS, into))
    throw invalid('/into', `Import into one of: ${on.join(', ')}`, { code: 'target' })
  return IMPORT_TARGETS[into as ImportTargetId]
}

export async function workOn(
  ctx: MembersContext,
  tx: Tx,
  record: Pick<ImportRecord, 'target' | 'file_format' | 'mapping' | 'options' | 'notices'>,
  columns: readonly string[] = Object.keys(record.mapping),
): Promise<Work> {
  const fields = fieldsOf(ctx, record.target)
  const organization = await ctx.use.organization.current(tx)
  const own: readonly CustomField[] = record.target === 'members' ? await customFields(tx) : []
  const { options } = record
  // A job acts for whoever asked for it, with his rights of this moment.
  const acting = ctx.actor.kind === 'system' ? await actingFor(ctx, tx, personBehind(ctx.actor)) : ctx
  const notices = new RowNotices(record.notices)
  const reader = new RowReader({
    columns,
    mapping: record.mapping,
    target: fields,
    format: record.file_format,
    options,
    customFields: own,
    organization,
    currentYear: Number(dateIn(organization.timeZone, tx.now()).slice(0, 4)),
    notices,
  })
  const surroundings = {
    caller: quietCaller(acting),
    options,
    system: options.externalSystem ?? defaultExternalSystem,
    headerOf: (field: string | undefined) => reader.headerOf(field),
    besideOf: (field: string) => reader.besideOf(field),
    notices,
  }
  const attachable = contributed(ctx)
  if (record.target !== 'members')
    return { reader, notices, target: contributedTarget(attachable.get(record.target)!, surroundings) }
  const target = memberTarget({
    ...surroundings,
    ctx: acting,
    customFields: own,
    organization,
    attachable,
    cutPostalCodes: record.file_format.cutPostalCodes === true,
  })
  return { reader, notices, target }
}

const contributed = (ctx: MembersContext): Map<string, MemberImportTarget> =>
  new Map(ctx.contributions(memberImportTargets).map((target) => [target.id, target]))

/** One import is one event: what it does to each member's status is not told once more. */
function quietCaller(ctx: MembersContext): Caller {
  return {
    ...callerOf(ctx),
    members: {
      ...membersServiceFor(ctx),
      recomputeStatus: (tx, ids) => recomputeStatus(ctx, tx, ids, { events: false }),
    },
  }
}
