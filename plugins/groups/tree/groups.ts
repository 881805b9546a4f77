import {
  type GroupNode,
  invalid,
  type Level,
  namedAt,
  Problem,
  problems,
  requireVersion,
  type Tx,
} from '@guildhall/sdk'
import { v7 as uuidv7 } from 'uuid'
import type { Desk } from '../context.ts'
import type { Group, GroupInput, GroupPatch } from '../group-schema.ts'
import { groupCreated, groupDeleted, groupMoved, groupUpdated } from '../refs.ts'
import { lockGroups } from '../seats/seat-sql.ts'
import { knownGenderGroup, knownStage } from '../settings/lists.ts'
import { fold, some } from '../words.ts'
import {
  childNames,
  type Detail,
  deleteHistory,
  emptyDetail,
  type GroupRow,
  groupOf,
  insertDetail,
  seatHolders,
  selectGroup,
  updateDetail,
} from './group-sql.ts'

/** @throws Problem 404 */
export async function readGroup(tx: Tx, id: string, day: string): Promise<Group> {
  return groupOf(await groupRow(tx, id, day))
}

async function groupRow(tx: Tx, id: string, day: string): Promise<GroupRow> {
  const row = await selectGroup(tx, id, day)
  if (!row) throw new Problem(problems.notFound, { detail: 'There is no such group.' })
  return row
}

/**
 * @param o.id default: made here @param o.allowed asked with the new place, before anything is told of it
 * @throws Problem 400 for a level, gender group or stage that does not fit, 409 when the external id is taken
 */
export async function createGroup(
  tx: Tx,
  desk: Desk,
  input: GroupInput,
  o: { id?: string; allowed?: (node: GroupNode) => void; quiet?: boolean } = {},
): Promise<Group> {
  const id = o.id ?? uuidv7()
  const parentId = input.parentId ?? (await desk.tree.root(tx)).id
  const type = levelNamed(await desk.tree.levels(tx), input.type ?? null)
  const node = await parented(desk.tree.create(tx, { id, parentId, type, name: input.name }))
  o.allowed?.(node)
  await onlyOneExternalId(insertDetail(tx, id, input.name, await mergeDetail(tx, emptyDetail, input)), input.externalId)
  if (!o.quiet) await tx.emit(groupCreated, { groupId: id })
  await tx.audit({ action: 'groups.created', target: { type: 'group', id } })
  return readGroup(tx, id, desk.today)
}

/**
 * Merges what is sent; another parent moves the group with all below it, and rights follow at once.
 * @throws Problem 400, 404, 409 on a circle or a level that does not fit, 412
 */
export async function changeGroup(
  tx: Tx,
  desk: Desk,
  id: string,
  patch: GroupPatch,
  o: { ifMatch: readonly number[] | null; allowed?: (node: GroupNode) => void },
): Promise<Group> {
  await lockGroups(tx, [id])
  const before = await groupRow(tx, id, desk.today)
  requireVersion(o, before.version)
  const changed = await changedFields(tx, desk, before, patch)
  if (changed.length === 0) return groupOf(before)
  await place(tx, desk, before, patch, changed, o.allowed)
  const name = patch.name ?? before.name
  await onlyOneExternalId(updateDetail(tx, id, name, await mergeDetail(tx, detailOf(before), patch)), patch.externalId)
  const plain = changed.filter((field) => field !== 'parentId')
  if (plain.length > 0) await tx.emit(groupUpdated, { groupId: id, changed: plain })
  await tx.audit({ action: 'groups.updated', target: { type: 'group', id }, changed })
  return readGroup(tx, id, desk.today)
}

/** Name, level and parent, which core keeps. */
async function place(
  tx: Tx,
  desk: Desk,
  before: GroupRow,
  patch: GroupPatch,
  changed: readonly string[],
  allowed?: (node: GroupNode) => void,
): Promise<void> {
  const { id } = before
  const type = patch.type === undefined ? before.type : levelNamed(await desk.tree.levels(tx), patch.type)
  if (changed.includes('parentId')) {
    // Neither level need fit where the group is not: on its way it is a plain one.
    if (type !== before.type) await desk.tree.rename(tx, id, { type: null })
    const node = await parented(desk.tree.move(tx, id, patch.parentId!))
    allowed?.(node)
    await tx.emit(groupMoved, { groupId: id, fromId: before.parent_id!, toId: patch.parentId! })
  }
  if (changed.includes('name') || changed.includes('type')) {
    const node = await desk.tree.rename(tx, id, { name: patch.name ?? before.name, type })
    allowed?.(node)
  }
}

/**
 * @param o.discardHistory also when ended seats remain of it, which are then gone
 * @throws Problem 404, 409 naming the groups below it and the members in it, 412
 */
export async function deleteGroup(
  tx: Tx,
  desk: Desk,
  id: string,
  o: { ifMatch: readonly number[] | null; discardHistory?: boolean },
): Promise<void> {
  await lockGroups(tx, [id])
  const before = await groupRow(tx, id, desk.today)
  requireVersion(o, before.version)
  const children = await childNames(tx, id)
  const { names, ended } = await seatHolders(tx, id, desk.today)
  const reasons = [
    ...(children.length > 0 ? [`has groups below it: ${some(children)}`] : []),
    ...(names.length > 0 ? [`has members: ${some(names)}`] : []),
    ...(children.length + names.length === 0 && ended > 0 && !o.discardHistory
      ? [
          `is part of the history of ${ended} ended ${ended === 1 ? 'seat' : 'seats'}; discardHistory=true deletes that too`,
        ]
      : []),
  ]
  if (reasons.length > 0)
    throw new Problem(problems.inUse, { detail: `The group "${before.name}" ${reasons.join(' and ')}.` })
  await deleteHistory(tx, id, desk.today)
  await nobodyCame(desk.tree.remove(tx, id), before.name)
  await tx.emit(groupDeleted, { groupId: id })
  await tx.audit({ action: 'groups.deleted', target: { type: 'group', id } })
}

/** Whoever is given a seat at the same time: the foreign key decides; here it gets words. */
const nobodyCame = (work: Promise<void>, name: string): Promise<void> =>
  work.catch((cause: Error & { code?: string }) => {
    if (cause.code !== '23503') throw cause
    throw new Problem(problems.inUse, { detail: `Somebody has got a seat in the group "${name}" just now.`, cause })
  })

/** The key of a level by its key or title, whatever the case of its letters; undefined: there is none. */
export const findLevel = (levels: readonly Level[], type: string): string | undefined =>
  (
    levels.find(({ key }) => key === type) ??
    levels.find(({ key, title }) => [key, title].map(fold).includes(fold(type)))
  )?.key

/** @throws Problem 400 with the levels there are */
function levelNamed(levels: readonly Level[], type: string | null): string | null {
  const found = type === null ? null : findLevel(levels, type)
  if (found !== undefined) return found
  throw invalid(
    '/type',
    `is not a level of this organisation (levels: ${levels.map(({ key }) => key).join(', ') || 'none'})`,
  )
}

const parented = (work: Promise<GroupNode>): Promise<GroupNode> => namedAt('/parentId', work, 'is not a group here')

const onlyOneExternalId = (work: Promise<void>, externalId: string | null | undefined): Promise<void> =>
  work.catch((cause: Error & { code?: string }) => {
    if (cause.code !== '23505') throw cause
    throw new Problem(problems.alreadyExists, {
      detail: `There is a group with the number "${externalId}" already.`,
      errors: [{ pointer: '/externalId', message: 'is taken' }],
      cause,
    })
  })

const detailOf = (row: GroupRow): Detail => ({
  description: row.description,
  icon: row.icon,
  colour: row.colour,
  logo: row.logo,
  phone: row.phone,
  address: row.address,
  genderGroup: row.gender_group,
  stage: row.stage,
  externalId: row.external_id,
  metadata: row.metadata,
})

async function mergeDetail(tx: Tx, before: Detail, patch: GroupPatch): Promise<Detail> {
  const kept = <K extends keyof Detail>(key: K): Detail[K] =>
    patch[key] === undefined ? before[key] : (patch[key] as Detail[K])
  const genderGroup = patch.genderGroup ? await knownGenderGroup(tx, patch.genderGroup) : kept('genderGroup')
  const stage = patch.stage ? await knownStage(tx, patch.stage) : kept('stage')
  return {
    description: kept('description'),
    icon: kept('icon'),
    colour: kept('colour'),
    logo: kept('logo'),
    phone: kept('phone'),
    address: kept('address'),
    externalId: kept('externalId'),
    metadata: kept('metadata'),
    genderGroup,
    stage,
  }
}

async function changedFields(tx: Tx, desk: Desk, before: GroupRow, patch: GroupPatch): Promise<string[]> {
  const detail = detailOf(before)
  const after = await mergeDetail(tx, detail, patch)
  const type = patch.type === undefined ? before.type : levelNamed(await desk.tree.levels(tx), patch.type)
  return [
    ...(patch.name !== undefined && patch.name !== before.name ? ['name'] : []),
    ...(type === before.type ? [] : ['type']),
    ...(patch.parentId !== undefined && patch.parentId !== before.parent_id ? ['parentId'] : []),
    ...(Object.keys(detail) as (keyof Detail)[]).filter(
      (key) => JSON.stringify(detail[key]) !== JSON.stringify(after[key]),
    ),
  ]
}
