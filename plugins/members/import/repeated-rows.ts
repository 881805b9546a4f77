/** Programs write a member once for each of his departments: such rows say the same of him, and are one. */
import { isDeepStrictEqual } from 'node:util'
import type { ReadRow } from './row-reader.ts'
import { written } from './written.ts'

type Values = ReadRow['values']

/** What rows of one member may say differently. */
const LOOSE: ReadonlySet<string> = new Set(['groups', 'groupRole', 'metadata'])

/** Groups of a later row with the function there. */
export interface AlsoIn {
  readonly groups: readonly string[]
  readonly groupRole?: unknown
}

/** Holds one row back until the next one is known. */
export class RepeatedRows {
  #held: ReadRow | null = null
  readonly #on: boolean

  /** @param into what the table is imported into: only rows of members are put together */
  constructor(into: string) {
    this.#on = into === 'members'
  }

  /** @returns the row before, which is whole now; null where there is none or this one belongs to it */
  take(row: ReadRow): ReadRow | null {
    const before = this.#held
    const together = before && this.#on ? joined(before, row) : null
    this.#held = together ?? row
    return together ? null : before
  }

  /** The last row. */
  rest(): ReadRow | null {
    const last = this.#held
    this.#held = null
    return last
  }
}

/** How many rows of the file a row stands for. */
export const rowsOf = ({ repeated = [] }: Pick<ReadRow, 'repeated'>): number => 1 + repeated.length

/** The number of the last of them. */
export const lastNumber = ({ number, repeated = [] }: ReadRow): number => repeated.at(-1) ?? number

function joined(first: ReadRow, next: ReadRow): ReadRow | null {
  const { values } = first
  if (values.externalId === undefined || values.externalId !== next.values.externalId) return null
  if (next.values.groups === undefined || first.flaws.length + next.flaws.length > 0) return null
  const { alsoIn = [], ...own } = values as Values & { alsoIn?: readonly AlsoIn[] }
  if (!isDeepStrictEqual(strict(own), strict(next.values))) return null
  const { groups, groupRole } = next.values
  const also: AlsoIn = { groups: groups as string[], ...(groupRole !== undefined && { groupRole }) }
  return {
    ...first,
    values: { ...own, ...metadata(own, next.values), alsoIn: [...alsoIn, also] },
    repeated: [...(first.repeated ?? []), next.number],
  }
}

const strict = (values: Values): Values =>
  Object.fromEntries(Object.entries(values).filter(([name]) => !LOOSE.has(name)))

/** The words of both, so that none is lost. */
function metadata(a: Values, b: Values): { metadata?: object } {
  const both: Record<string, unknown> = { ...(a.metadata as object | undefined) }
  for (const [key, word] of Object.entries((b.metadata ?? {}) as object)) {
    const words = written(both[key] ?? '').split('; ')
    if (both[key] === undefined) both[key] = word
    else if (!words.includes(written(word))) both[key] = [...words, word].join('; ')
  }
  return Object.keys(both).length > 0 ? { metadata: both } : {}
}
