import { headerKey } from './alias-index.ts'
import type { ImportTarget } from './import-target.ts'
import type { ColumnMapping } from './mapping.ts'

/**
 * Headers that mean something else beside others: `Name` next to `Vorname` is the family name, `State` next to street
 * and city is part of the address (and alone may be anything, such as the state a senator stands for).
 */
export function refineByCompany(
  columns: readonly string[],
  mapping: ColumnMapping,
  taken: Map<string, string>,
  target: ImportTarget,
): void {
  const has = (name: string) => target.fields.some((field) => field.name === name)
  const move = (column: string, name: string) => {
    const old = mapping[column]
    if (old) taken.delete(old)
    mapping[column] = name
    taken.set(name, column)
  }
  for (const prefix of ['', 'member.']) {
    const full = taken.get(`${prefix}fullName`)
    if (full && taken.has(`${prefix}firstName`) && !taken.has(`${prefix}lastName`)) move(full, `${prefix}lastName`)
  }
  const state = columns.find((column) => mapping[column] === null && headerKey(column) === 'state')
  const inAddress = taken.has('address.city') || taken.has('address.postalCode')
  if (state && inAddress && has('address.region') && !taken.has('address.region')) move(state, 'address.region')
}
