/** Reading and changing one place of a JSON object by its pointer (RFC 6901); objects only, as secrets stand in no list. */
export type Bag = Readonly<Record<string, unknown>>

export const isBag = (value: unknown): value is Bag =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const steps = (pointer: string): string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))

export function valueAt(bag: Bag, pointer: string): unknown {
  return steps(pointer).reduce<unknown>(
    (at, name) => (isBag(at) && Object.hasOwn(at, name) ? at[name] : undefined),
    bag,
  )
}

/** A copy with another value there; `undefined` takes it away. Objects on the way are made where something is put. */
export function withValueAt(bag: Bag, pointer: string, value: unknown): Bag {
  const put = (at: Bag, [name, ...rest]: readonly string[]): Bag => {
    if (name === undefined) return at
    const inside = Object.hasOwn(at, name) ? at[name] : undefined
    if (rest.length === 0) {
      const others = Object.entries(at).filter(([key]) => key !== name)
      return Object.fromEntries(value === undefined ? others : [...others, [name, value]])
    }
    if (inside !== undefined && !isBag(inside)) return at
    if (inside === undefined && value === undefined) return at
    return Object.fromEntries([...Object.entries(at).filter(([key]) => key !== name), [name, put(inside ?? {}, rest)]])
  }
  return put(bag, steps(pointer))
}
