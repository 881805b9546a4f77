import { type Extent, type Level, parseEntry, type RoleType } from '@guildhall/sdk'
import type { Faults, MapPart, Part } from './organization-file-document.ts'

const levelKeys = ['key', 'title', 'layer', 'children', 'roles'] as const
const roleKeys = ['key', 'title', 'permissions', 'extent', 'maxHolders'] as const
const extents: readonly Extent[] = ['group', 'layer', 'below']
const mostLevels = 50
const mostRoles = 100

/** Equal for keys that people take for the same; a level or role is found by any of its spellings. */
const foldKey = (key: string): string => key.normalize('NFC').trim().toLowerCase()

/**
 * `Hierarchie`: names, each level allowing the next below it; or objects that say what is allowed below them. Names
 * make no layers: rights given above reach all the way down.
 */
export function readLevels(part: Part | undefined, root: MapPart, faults: Faults): Level[] {
  if (!part) {
    faults.add(root, 'Hierarchie is missing: a list of levels, the level of the whole organisation first')
    return []
  }
  const items = faults.list(part, 'levels')
  if (items.length === 0 && part.kind !== 'scalar' && part.kind !== 'map')
    faults.add(part, 'at least one level is needed')
  if (items.length > mostLevels) faults.add(part, `at most ${mostLevels} levels are possible`)
  const levels: (Level & { at: Part; open: boolean })[] = []
  for (const item of items) {
    const level = item.kind === 'map' ? readLevel(item, faults) : namedLevel(item, faults)
    if (!level) continue
    if (levels.some(({ key }) => foldKey(key) === foldKey(level.key)))
      faults.add(item, `the level "${level.key}" is there twice`)
    levels.push({ ...level, at: item, open: item.kind !== 'map' || !item.entries.has('children') })
  }
  return levels.map(({ at, open, ...level }, i) => {
    const next = levels[i + 1]
    if (open) return { ...level, children: next ? [next.key] : [] }
    return { ...level, children: level.children.map((child) => known(child, levels, at, faults)) }
  })
}

function known(child: string, levels: readonly Level[], at: Part, faults: Faults): string {
  const found = levels.find(({ key }) => foldKey(key) === foldKey(child))
  if (!found)
    faults.add(
      at.kind === 'map' ? (at.entries.get('children') ?? at) : at,
      `"${child}" is not a level; levels: ${levels.map(({ key }) => key).join(', ')}`,
    )
  return found?.key ?? child
}

function namedLevel(item: Part, faults: Faults): Level | undefined {
  const name = faults.text(item, { max: 60 })
  return name === undefined ? undefined : { key: name, title: name, layer: false, children: [], roles: [] }
}

function readLevel(item: MapPart, faults: Faults): Level | undefined {
  faults.onlyKeys(item, levelKeys)
  const { key, title } = keyAndTitle(item, 'level', faults)
  const layer = item.entries.get('layer')
  const children = faults.list(item.entries.get('children'), 'keys of levels')
  const roles = faults.list(item.entries.get('roles'), 'roles')
  const level: Level = {
    key: key ?? '',
    title: title ?? key ?? '',
    layer: (layer && faults.flag(layer)) ?? false,
    children: children.flatMap((child) => faults.text(child, { max: 60 }) ?? []),
    roles: readRoles(roles, item, faults),
  }
  return key === undefined ? undefined : level
}

function readRoles(items: readonly Part[], level: MapPart, faults: Faults): RoleType[] {
  const roles: RoleType[] = []
  if (items.length > mostRoles) faults.add(level, `at most ${mostRoles} roles are possible in a level`)
  for (const item of items) {
    const role = item.kind === 'map' ? readRole(item, faults) : namedRole(item, faults)
    if (!role) continue
    if (roles.some(({ key }) => foldKey(key) === foldKey(role.key)))
      faults.add(item, `the role "${role.key}" is there twice`)
    roles.push(role)
  }
  return roles
}

function namedRole(item: Part, faults: Faults): RoleType | undefined {
  const name = faults.text(item, { max: 60 })
  return name === undefined ? undefined : { key: name, title: name, permissions: [], extent: 'group' }
}

function readRole(item: MapPart, faults: Faults): RoleType | undefined {
  faults.onlyKeys(item, roleKeys)
  const { key, title } = keyAndTitle(item, 'role', faults)
  const most = item.entries.get('maxHolders')
  const maxHolders = most && most.kind !== 'empty' ? faults.integer(most, { min: 1, max: 10_000 }) : undefined
  const permissions = readPermissions(item, faults)
  const extent = readExtent(item.entries.get('extent'), faults)
  if (key === undefined) return undefined
  return { key, title: title ?? key, permissions, extent, ...(maxHolders === undefined ? {} : { maxHolders }) }
}

function readPermissions(item: MapPart, faults: Faults): string[] {
  return faults.list(item.entries.get('permissions'), 'permissions').flatMap((part) => {
    const entry = faults.text(part, { max: 100 })
    if (entry === undefined) return []
    if (/^[a-z][a-zA-Z0-9-]*(\.[a-z][a-zA-Z0-9-]*)+$/.test(parseEntry(entry).permission)) return [entry]
    faults.add(part, `"${entry}" is no permission; write it as members.read or members.read:own`)
    return []
  })
}

function readExtent(part: Part | undefined, faults: Faults): Extent {
  if (!part || part.kind === 'empty') return 'group'
  const found = part.kind === 'scalar' ? extents.find((extent) => extent === part.value) : undefined
  if (!found) faults.add(part, `extent is one of: ${extents.join(', ')}`)
  return found ?? 'group'
}

function keyAndTitle(
  item: MapPart,
  what: string,
  faults: Faults,
): { key: string | undefined; title: string | undefined } {
  const key = item.entries.get('key')
  const title = item.entries.get('title')
  if (!key && !title) faults.add(item, `the ${what} needs a key`)
  const titleText = title && faults.text(title, { max: 200 })
  const keyText = key ? faults.text(key, { max: 60 }) : title && faults.text(title, { max: 60 })
  return { key: keyText, title: titleText }
}
