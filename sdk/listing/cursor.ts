/**
 * Where a page ended: the sort values of its last row. Opaque to clients, typed and bound to list, filter and sort here.
 * It is no secret and no proof: the values only say where to go on, the walls of the statement decide what is seen.
 */
import { Problem, problems } from '../problems.ts'
import { orderedColumn } from './compile.ts'
import { type Bind, casts, typed } from './field.ts'
import type { Scalar } from './filter.ts'
import type { SortTerm } from './sort.ts'

export type Position = readonly (Scalar | null)[]

export function encodeCursor(binding: string, position: Position): string {
  const bytes = new TextEncoder().encode(JSON.stringify([fingerprint(binding), ...position]))
  const binary = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}

/** @throws Problem 400 `invalid-cursor` */
export function decodeCursor(binding: string, terms: readonly SortTerm[], cursor: string): Position {
  const [mark, ...values] = parse(cursor)
  if (mark !== fingerprint(binding)) throw refused('It was given for another filter, sort or list.')
  if (values.length !== terms.length) throw refused()
  return terms.map((term, i) => {
    const value = values[i]
    if (value === null && term.nullable) return null
    // Exact values of the database: timestamps carry microseconds here, so they are checked, not rewritten.
    if ('expected' in typed(term.type, value)) throw refused()
    return value as Scalar
  })
}

function parse(cursor: string): unknown[] {
  try {
    if (!/^[\w-]{1,4000}$/.test(cursor)) throw refused()
    const binary = atob(cursor.replaceAll('-', '+').replaceAll('_', '/'))
    const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0))
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    if (Array.isArray(value)) return value
  } catch (cause) {
    throw refused(undefined, cause)
  }
  throw refused()
}

const refused = (detail?: string, cause?: unknown): Problem =>
  new Problem(problems.invalidCursor, {
    detail: detail ?? 'It is damaged, or was not given by this list.',
    errors: [{ pointer: '/cursor', message: 'Leave it out to begin again', code: 'cursor', in: 'query' }],
    ...(cause === undefined ? {} : { cause }),
  })

/** 64 bits of FNV-1a in two halves: tells filters apart, protects nothing. */
function fingerprint(text: string): string {
  let low = 0x811c9dc5
  let high = 0xcbf29ce4
  for (let i = 0; i < text.length; i++) {
    low = Math.imul(low ^ text.charCodeAt(i), 0x01000193)
    high = Math.imul(high ^ (text.charCodeAt(i) + i), 0x01000193)
  }
  return [low, high].map((half) => (half >>> 0).toString(36)).join('')
}

/**
 * Rows after the position. The bound on the leading key stands alone before the rest, whatever the mix of directions: it
 * is what the index uses, so page N costs what page 1 costs (an OR chain alone reads everything before it).
 */
export function afterSql(terms: readonly SortTerm[], position: Position, bind: Bind): string {
  const columns = terms.map((term) => orderedColumn(term.column, term.type))
  const places = terms.map((term, i) => (position[i] === null ? null : `${bind(position[i])}::${casts[term.type]}`))
  const alike = terms.every((term) => term.descending === terms[0]!.descending && !term.nullable)
  const beyond = terms[0]!.descending ? '<' : '>'
  if (alike) return `(${columns.join(', ')}) ${beyond} (${places.join(', ')})`

  const after = (i: number): string => {
    const term = terms[i]!
    const place = places[i]
    const rest = i + 1 < terms.length ? after(i + 1) : 'FALSE'
    if (place === null) return `(${columns[i]} IS NULL AND ${rest})`
    const past = `${columns[i]} ${term.descending ? '<' : '>'} ${place}`
    const empty = term.nullable ? ` OR ${columns[i]} IS NULL` : ''
    return `(${past}${empty} OR (${columns[i]} = ${place} AND ${rest}))`
  }
  return `(${columns[0]} ${beyond}= ${places[0]} AND ${after(0)})`
}
