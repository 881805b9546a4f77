import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml'

interface Place {
  readonly line: number
  /** JSON pointer into the document. */
  readonly pointer: string
}
export interface MapPart extends Place {
  readonly kind: 'map'
  readonly entries: ReadonlyMap<string, Part>
}
export interface ListPart extends Place {
  readonly kind: 'list'
  readonly items: readonly Part[]
}
export interface ScalarPart extends Place {
  readonly kind: 'scalar'
  readonly value: string | number | boolean
  /** As written: `007` stays `007`. */
  readonly source: string
}
export interface EmptyPart extends Place {
  readonly kind: 'empty'
}
/** A document with its lines, freed of everything YAML can do and this form does not need. */
export type Part = MapPart | ListPart | ScalarPart | EmptyPart

/** Collects what is wrong, so that one reading tells all of it. */
export class Faults {
  readonly found: { line: number; pointer: string; message: string }[] = []

  add(at: Place, says: string): void {
    this.found.push({ line: at.line, pointer: at.pointer, message: `Line ${at.line}: ${says}.` })
  }

  /** A text of one line; numbers count as written. */
  text(part: Part, o: { max: number }): string | undefined {
    const text = part.kind === 'scalar' && typeof part.value !== 'boolean' ? part.source.normalize('NFC').trim() : ''
    const fits = text.length > 0 && text.length <= o.max && !/\p{Cc}/u.test(text)
    if (fits) return text
    this.add(part, `a text of one line is needed, 1 to ${o.max} characters`)
    return undefined
  }

  integer(part: Part, o: { min: number; max: number }): number | undefined {
    if (part.kind === 'scalar' && Number.isInteger(part.value)) {
      const value = part.value as number
      if (value >= o.min && value <= o.max) return value
    }
    this.add(part, `a whole number from ${o.min} to ${o.max} is needed`)
    return undefined
  }

  flag(part: Part): boolean | undefined {
    if (part.kind === 'scalar' && typeof part.value === 'boolean') return part.value
    this.add(part, 'true or false is needed')
    return undefined
  }

  /** Items of a list; an empty place is an empty list. */
  list(part: Part | undefined, what: string): readonly Part[] {
    if (!part || part.kind === 'empty') return []
    if (part.kind === 'list') return part.items
    this.add(part, `a list of ${what} is needed, each on a line that begins with "- "`)
    return []
  }

  /** Names each key that is not allowed. */
  onlyKeys(part: MapPart, allowed: readonly string[]): void {
    for (const [key, entry] of part.entries)
      if (!allowed.includes(key)) this.add(entry, `"${key}" is not known here; allowed: ${allowed.join(', ')}`)
  }
}

const mostBytes = 256 * 1024

/** @returns undefined when there is no map at the root to go on with; the faults say why */
export function openDocument(text: string, faults: Faults): MapPart | undefined {
  const top: Place = { line: 1, pointer: '' }
  if (Buffer.byteLength(text) > mostBytes) {
    faults.add(top, `the file is larger than ${mostBytes / 1024} KiB`)
    return undefined
  }
  const lines = new LineCounter()
  let root: unknown
  try {
    const document = parseDocument(text.replace(/^\uFEFF/, ''), { lineCounter: lines, prettyErrors: false })
    for (const error of document.errors)
      faults.add({ line: lines.linePos(error.pos[0]).line, pointer: '' }, `not valid YAML: ${error.message}`)
    root = document.contents
  } catch (cause) {
    // Nesting beyond the stack: no organisation looks like that.
    if (!(cause instanceof RangeError)) throw cause
    faults.add(top, 'the file is nested too deeply')
    return undefined
  }
  const part = toPart(root, { lines, faults, pointer: '', line: 1, depth: 0 })
  if (part.kind === 'map') return part
  faults.add(part, 'keys and values are needed: UID, Orga, Hierarchie, GenderGroups, Stage, Settings')
  return undefined
}

interface Walk extends Place {
  readonly lines: LineCounter
  readonly faults: Faults
  readonly depth: number
}

function toPart(node: unknown, walk: Walk): Part {
  const start = (node as { range?: readonly number[] } | null)?.range?.[0]
  const line = start === undefined ? walk.line : walk.lines.linePos(start).line
  const place: Place = { line, pointer: walk.pointer }
  const inside = (key: string | number, at: number): Walk => ({
    ...walk,
    line: at,
    depth: walk.depth + 1,
    pointer: `${walk.pointer}/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`,
  })
  if (walk.depth > 8) {
    walk.faults.add(place, 'nested too deeply')
    return { kind: 'empty', ...place }
  }
  if (isAlias(node)) {
    walk.faults.add(place, 'write the value out; references (*name) are not read')
    return { kind: 'empty', ...place }
  }
  if (isMap(node)) {
    const entries = new Map<string, Part>()
    for (const { key, value } of node.items) {
      const name = isScalar(key) ? (key.source ?? String(key.value)) : ''
      const at = isScalar(key) && key.range ? walk.lines.linePos(key.range[0]).line : line
      // A fault about an entry names the line of its key: that is where its author looks.
      entries.set(name, { ...toPart(value, inside(name, at)), line: at })
    }
    return { kind: 'map', entries, ...place }
  }
  if (isSeq(node)) return { kind: 'list', items: node.items.map((item, i) => toPart(item, inside(i, line))), ...place }
  if (isScalar(node) && node.value !== null) {
    const { value } = node
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
      return {
        kind: 'scalar',
        value,
        source: typeof value === 'string' ? value : (node.source ?? String(value)),
        ...place,
      }
    walk.faults.add(place, 'a text, a number, true or false is needed')
  }
  return { kind: 'empty', ...place }
}
