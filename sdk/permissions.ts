import { isUuid } from './uuid.ts'
/**
 * Where rights reach in the tree of groups: paths, areas of the tree, grants, and the SQL of a reach (SECURITY §3).
 *
 * A path names every group from the root down. A segment is the group's id without dashes, closed by '/' for a plain
 * group or by '!' for a layer, where rights of the groups above stop unless they reach through: `9f..a!4b..c/77..d!`.
 * Columns of paths are text COLLATE "C": everything below a group is then one range of an index.
 */

export type Extent =
  /** This group only. */
  | 'group'
  /** The group and everything below it inside its layer. */
  | 'layer'
  /** The group and everything below it, through all layers. */
  | 'below'

/** A part of the tree. `{ path: '', extent: 'below' }` is the whole organisation, with what hangs on no group. */
export interface Area {
  readonly path: string
  readonly extent: Extent
}
export const wholeOrganization: Area = { path: '', extent: 'below' }

/** Where a permission reaches. `self`: the member whose own record it reaches wherever that record stands. */
export type Reach =
  | { readonly everywhere: true }
  | { readonly everywhere: false; readonly places: readonly Area[]; readonly self: string | null }

export type BuiltinRole =
  | 'super_admin'
  | 'platform_auditor'
  | 'makerspace_admin'
  | 'admin'
  | 'maker'
  | 'service_provider'

/** What a plugin says about one of its permissions, by id: `'members.read': { title, writes: false, grantedTo: ['admin'] }`. */
export interface PermissionDeclaration {
  readonly title: string
  /** Whether it changes anything. Required: a writing permission taken for a reading one would reach auditors. */
  readonly writes: boolean
  /** Built-in roles that hold it beside `makerspace_admin`, who holds all of his organisation. `admin` only reads. */
  readonly grantedTo?: readonly ('makerspace_admin' | 'admin' | 'maker' | 'service_provider')[]
  /** It can be held for one's own record alone, and `maker` and `service_provider` hold it only so. Default: false. */
  readonly own?: boolean
  /** It concerns the organisation as a whole: a role held at a group gives nothing of it. Default: false. */
  readonly wholeOnly?: boolean
  /** It stands above organisations: no role of an organisation holds it. Default: false. */
  readonly platform?: boolean
}

/** What a role carries: a permission id, or `<id>:own` for the holder's own record alone, wherever it stands. */
export interface Role {
  readonly key: string
  readonly permissions: ReadonlySet<string>
}

/** A role given to a principal in an area, from `from` on and before `until`. Read at check time, never copied. */
export interface Grant extends Area {
  readonly role: string
  /** Entries the grant carries itself, as a seat's role type does; absent: those of the role with this key. */
  readonly permissions?: readonly string[]
  readonly from?: Date | null
  readonly until?: Date | null
  readonly source: {
    readonly kind: 'direct' | 'member-role' | 'seat' | 'global' | 'token' | (string & {})
    readonly id: string
  }
}

const ownMark = ':own'
/** `members.read` -> `members.read:own`. */
export const ownEntry = (permission: string): string => permission + ownMark
/** `members.read:own` -> `{ permission: 'members.read', own: true }`. */
export const parseEntry = (entry: string): { permission: string; own: boolean } =>
  entry.endsWith(ownMark)
    ? { permission: entry.slice(0, -ownMark.length), own: true }
    : { permission: entry, own: false }

const segments = /([0-9a-f]{32})([/!])/g
const wholePath = /^(?:[0-9a-f]{32}[/!])*$/

/** @throws RangeError when the parent is no path or the id no lower-case UUID. */
export function groupPath(parentPath: string, id: string, layer: boolean): string {
  if (!wholePath.test(parentPath)) throw new RangeError(`"${parentPath}" is no path of a group: pass its path column`)
  if (!isUuid(id) || id !== id.toLowerCase()) throw new RangeError(`"${id}" is no group id: pass a UUID in lower case`)
  return parentPath + id.replaceAll('-', '') + (layer ? '!' : '/')
}

/** Groups along a path, from the root down. @throws RangeError when it is no path. */
export function parsePath(path: string): { id: string; layer: boolean; path: string }[] {
  if (!wholePath.test(path)) throw new RangeError(`"${path}" is no path of a group: pass its path column`)
  return [...path.matchAll(segments)].map((match) => ({
    id: match[1]!.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'),
    layer: match[2] === '!',
    path: path.slice(0, match.index + match[0].length),
  }))
}

/** Paths of the groups above, from the root down, the group itself left out. */
export const ancestors = (path: string): string[] =>
  parsePath(path)
    .slice(0, -1)
    .map((group) => group.path)

/** Whether the area holds the group with this path; '' stands for what hangs on no group. */
export function covers(area: Area, path: string): boolean {
  const end = area.path.length
  // Ids differ most in their last digits: most areas that do not fit are turned away before strings are compared.
  if (path.length < end || (end > 2 && (differ(path, area.path, end - 2) || differ(path, area.path, end - 3))))
    return false
  if (area.extent === 'group') return path === area.path
  if (!path.startsWith(area.path)) return false
  return area.extent === 'below' || path.indexOf('!', area.path.length) === -1
}

const differ = (a: string, b: string, at: number): boolean => a.charCodeAt(at) !== b.charCodeAt(at)

/** Whether the area holds all of another, now and after any growth of the tree. */
export function coversArea(area: Area, inner: Area): boolean {
  if (area.extent === 'below') return inner.path.startsWith(area.path)
  if (area.extent === 'layer') return inner.extent !== 'below' && covers(area, inner.path)
  return inner.extent === 'group' && inner.path === area.path
}

/**
 * A reach as an SQL condition. Ranges over the path find their way into an index under row-level security (only
 * leakproof operators do); the layer condition filters what the range left. A row without a path (NULL) is reached
 * only everywhere or as the own record.
 *
 * @param o.pathColumn the path of the row's group: an SQL expression of the caller, never input
 * @param o.selfColumn the id of the member whose record the row is; without it the own record is left out
 * @param o.bind takes a value of type text and gives its placeholder, such as `$3`
 */
export function reachSql(
  reach: Reach,
  o: { readonly pathColumn: string; readonly selfColumn?: string; readonly bind: (value: string) => string },
): string {
  if (reach.everywhere) return 'TRUE'
  const conditions = reach.places.map((area) => areaSql(area, o))
  if (o.selfColumn && reach.self !== null) conditions.push(`${o.selfColumn} = ${o.bind(reach.self)}`)
  return conditions.length === 0 ? 'FALSE' : `(${conditions.join(' OR ')})`
}

function areaSql({ path, extent }: Area, o: { pathColumn: string; bind: (value: string) => string }): string {
  const bound = (value: string) => `${o.bind(value)}::text COLLATE "C"`
  if (extent === 'group') return `${o.pathColumn} = ${bound(path)}`
  // '~' sorts after '!', '/', digits and letters: the range holds exactly the paths that begin with this one.
  const range = `${o.pathColumn} >= ${bound(path)} AND ${o.pathColumn} < ${bound(`${path}~`)}`
  return extent === 'below'
    ? `(${range})`
    : `(${range} AND strpos(substr(${o.pathColumn}, ${path.length + 1}), '!') = 0)`
}
