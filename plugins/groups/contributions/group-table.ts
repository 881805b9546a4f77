/** What the rows of a file mean in the tree that is there: names, levels, places, and what each would change. */
import { type GroupNode, type Level, organizationToday, type Tx } from '@guildhall/sdk'
import { v7 as uuidv7 } from 'uuid'
import type { ImportRow, ImportVerdict } from '#plugins/members/refs.ts'
import type { GroupPatch } from '../group-schema.ts'
import { genderGroups, stages } from '../settings/lists.ts'
import { type GroupRow, selectAllGroups } from '../tree/group-sql.ts'
import { findLevel } from '../tree/groups.ts'
import { fold } from '../words.ts'

type Fault = Extract<ImportVerdict, { reason: string }>
const error = (column: string, reason: string, accepted?: string): Fault => ({
  outcome: 'error',
  column,
  reason,
  ...(accepted !== undefined && { accepted }),
})

/** What undoing puts back. */
export const beforeOf = (row: GroupRow): GroupPatch => ({
  name: row.name,
  ...(row.parent_id === null ? {} : { type: row.type, parentId: row.parent_id }),
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

/** A row with what it means in this tree. */
interface Line {
  readonly row: ImportRow
  readonly name: string
  readonly type: string | null
  readonly patch: GroupPatch
  readonly existing: GroupRow | null
  readonly isRoot: boolean
  /** Made for a new group, so that rows below it can name it. */
  readonly id: string | null
  /** A line of the file or a group that is there; null: under the root. */
  parent: { readonly id: string | null; readonly type: string | null; readonly line?: Line } | null
}

interface Table {
  readonly verdicts: ImportVerdict[]
  readonly parentsFirst: Line[]
}

export async function readTable(
  tx: Tx,
  rows: readonly ImportRow[],
  levels: readonly Level[],
  root: GroupNode,
): Promise<Table> {
  const there = await selectAllGroups(tx, await organizationToday(tx))
  const byNumber = new Map(
    there.flatMap((group) => (group.external_id === null ? [] : [[fold(group.external_id), group] as const])),
  )
  const byName = Map.groupBy(there, ({ name }) => fold(name))
  const known = { genderGroups: await genderGroups(tx), stages: await stages(tx) }
  const lines = new Map<string, Line>()
  const faults = new Map<ImportRow, Fault>()

  for (const row of rows) {
    const line = lineOf(row, { levels, root, byNumber, byName, known })
    if ('reason' in line) {
      faults.set(row, line)
      continue
    }
    const key = fold(text(row, 'externalId') ?? line.name)
    if (lines.has(key))
      faults.set(row, {
        outcome: 'conflict',
        column: 'externalId',
        reason: 'The file has this group twice.',
        accepted: 'one row a group',
      })
    else lines.set(key, line)
  }
  for (const line of lines.values()) {
    const fault = placeLine(line, { lines, byNumber, byName, levels, root })
    if (fault) faults.set(line.row, fault)
  }
  const sound = [...lines.values()].filter(({ row }) => !faults.has(row))
  const { ordered, circular } = sortedByParents(sound, faults)
  for (const line of circular)
    faults.set(
      line.row,
      error(
        'parent',
        'Its parent is missing, or is below it.',
        'a group that is there or has a sound row in this file',
      ),
    )
  const byRow = new Map(ordered.map((line) => [line.row, line]))
  return {
    verdicts: rows.map((row) => faults.get(row) ?? verdictOf(byRow.get(row)!)),
    parentsFirst: ordered,
  }
}

const text = (row: ImportRow, name: string): string | undefined =>
  typeof row.values[name] === 'string' ? (row.values[name] as string) : undefined

interface Known {
  readonly levels: readonly Level[]
  readonly root: GroupNode
  readonly byNumber: ReadonlyMap<string, GroupRow>
  readonly byName: ReadonlyMap<string, GroupRow[]>
}

function lineOf(
  row: ImportRow,
  o: Known & { known: { genderGroups: readonly { code: string }[]; stages: readonly { label: string }[] } },
): Line | Fault {
  const name = text(row, 'name')
  if (!name) return error('name', 'The group has no name.', 'a name')
  const word = text(row, 'type')
  // Where the organisation has no levels, what a file calls a group is one more thing it says of it.
  const wanted = o.levels.length === 0 ? undefined : word
  const said = word === wanted ? {} : { type: word }
  const type = wanted === undefined ? null : findLevel(o.levels, wanted)
  if (type === undefined)
    return error('type', `"${wanted}" is not a level of the organisation.`, o.levels.map(({ key }) => key).join(', '))
  const genderGroup = text(row, 'genderGroup')
  const gender = o.known.genderGroups.find(({ code }) => genderGroup !== undefined && fold(code) === fold(genderGroup))
  if (genderGroup !== undefined && !gender)
    return error(
      'genderGroup',
      `"${genderGroup}" is not in the list.`,
      o.known.genderGroups.map(({ code }) => code).join(', '),
    )
  const stage = text(row, 'stage')
  const knownStage = o.known.stages.find(({ label }) => stage !== undefined && fold(label) === fold(stage))
  if (stage !== undefined && !knownStage)
    return error('stage', `"${stage}" is not in the list.`, o.known.stages.map(({ label }) => label).join(', '))
  const colour = text(row, 'colour')
  if (colour !== undefined && !/^#[0-9a-f]{6}$/i.test(colour))
    return error('colour', `"${colour}" is not a colour.`, 'a colour such as #1a7f37')

  const number = text(row, 'externalId')
  const topmost =
    text(row, 'parent') === undefined && ((type !== null && type === o.root.type) || fold(name) === fold(o.root.name))
  const namesakes = number === undefined ? (o.byName.get(fold(name)) ?? []) : []
  if (namesakes.length > 1)
    return {
      outcome: 'conflict',
      column: 'name',
      reason: 'Several groups have this name.',
      accepted: 'an external id that tells which one',
    }
  const rootRow = topmost ? [...o.byName.values()].flat().find(({ parent_id }) => parent_id === null) : undefined
  const existing = (number === undefined ? namesakes[0] : o.byNumber.get(fold(number))) ?? rootRow ?? null
  const optional = (key: 'description' | 'icon' | 'logo' | 'phone' | 'address') => {
    const value = text(row, key)
    return value === undefined ? {} : { [key]: value }
  }
  return {
    row,
    name,
    type: existing && wanted === undefined ? existing.type : type,
    patch: {
      ...optional('description'),
      ...optional('icon'),
      ...optional('logo'),
      ...optional('phone'),
      ...optional('address'),
      ...(colour === undefined ? {} : { colour }),
      ...(gender ? { genderGroup: gender.code } : {}),
      ...(knownStage ? { stage: knownStage.label } : {}),
      ...(number === undefined ? {} : { externalId: number }),
      ...(row.values.metadata || word !== wanted
        ? { metadata: { ...existing?.metadata, ...said, ...(row.values.metadata as object | undefined) } }
        : {}),
    },
    existing,
    isRoot: existing?.parent_id === null,
    id: existing ? existing.id : uuidv7(),
    parent: null,
  }
}

/** Finds a line's parent: in the file first, then among the groups that are there. */
function placeLine(line: Line, o: Known & { lines: ReadonlyMap<string, Line> }): Fault | null {
  const named = text(line.row, 'parent')
  if (line.isRoot) return named === undefined ? null : error('parent', 'The root of the organisation has no parent.')
  const rootPlace = { id: o.root.id, type: o.root.type }
  if (named === undefined) line.parent = line.existing?.parent_id ? null : rootPlace
  else {
    const key = fold(named)
    const inFile = o.lines.get(key) ?? [...o.lines.values()].filter(({ name }) => fold(name) === key)[0]
    const there = o.byNumber.get(key) ?? (o.byName.get(key)?.length === 1 ? o.byName.get(key)![0] : undefined)
    if (inFile) line.parent = { id: inFile.id, type: inFile.isRoot ? o.root.type : inFile.type, line: inFile }
    else if (there) line.parent = { id: there.id, type: there.type }
    else
      return error(
        'parent',
        `There is no group "${named}".`,
        'the number or name of a group in the file or in the organisation; a row of its own makes it',
      )
  }
  const above = o.levels.find(({ key }) => key === line.parent?.type)
  if (line.type !== null && above && !above.children.includes(line.type))
    return error('type', `${line.type} is not allowed below ${above.key}.`, above.children.join(', ') || 'plain groups')
  return null
}

/** Every line after its parent; what hangs on a faulty line, or on itself, is left over. */
function sortedByParents(
  lines: readonly Line[],
  faults: ReadonlyMap<ImportRow, unknown>,
): { ordered: Line[]; circular: Line[] } {
  const ordered: Line[] = []
  const done = new Set<Line>()
  let rest = [...lines]
  for (let moved = true; moved; ) {
    const ready = rest.filter(({ parent }) => !parent?.line || (done.has(parent.line) && !faults.has(parent.line.row)))
    moved = ready.length > 0
    for (const line of ready) done.add(line)
    ordered.push(...ready)
    rest = rest.filter((line) => !done.has(line))
  }
  return { ordered, circular: rest }
}

function verdictOf(line: Line): ImportVerdict {
  if (!line.existing) return { outcome: 'create' }
  const before = beforeOf(line.existing)
  const after: GroupPatch = {
    ...line.patch,
    name: line.name,
    ...(line.isRoot ? {} : { type: line.type, ...(line.parent?.id ? { parentId: line.parent.id } : {}) }),
  }
  const changed = (Object.keys(after) as (keyof GroupPatch)[]).filter(
    (key) => sorted(before[key]) !== sorted(after[key]),
  )
  const { id, version } = line.existing
  return changed.length === 0 ? { outcome: 'unchanged', id, version } : { outcome: 'update', id, version, changed }
}

/** jsonb keeps keys in an order of its own. */
const sorted = (value: unknown): string =>
  JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  ) ?? 'null'
