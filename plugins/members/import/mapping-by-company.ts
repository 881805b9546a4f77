import { headerKey, plainKey } from './alias-index.ts'
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
  // Old programs have two lines for whoever it is, and the family name in the first.
  const lines = ['name1', 'name2'].map((key) => columns.find((column) => headerKey(column) === key))
  const [first, second] = lines
  if (first && second && mapping[first] === 'fullName' && mapping[second] === null && !taken.has('firstName')) {
    move(first, 'lastName')
    move(second, 'firstName')
  }
  // `Nome` is the first name in Italy and the whole one in Portugal.
  const given = taken.get('firstName')
  if (given && WHOLE_NAME.test(given) && !taken.has('lastName') && !taken.has('fullName')) move(given, 'fullName')
  // Beside a postal code the address is the street alone.
  const address = taken.get('address')
  if (address && has('address.street') && !taken.has('address.street') && inAddressOf(taken))
    move(address, 'address.street')
  const state = columns.find((column) => mapping[column] === null && plainKey(column) === 'state')
  if (state && inAddressOf(taken) && has('address.region') && !taken.has('address.region'))
    move(state, 'address.region')
}

const WHOLE_NAME = /^(nome|nombre)$/i

const inAddressOf = (taken: ReadonlyMap<string, string>): boolean =>
  ['address.city', 'address.postalCode', 'address.postalCity'].some((name) => taken.has(name))
