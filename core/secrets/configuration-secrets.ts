import type { Sealer } from './sealer.ts'

/**
 * Secret fields of a configuration (`x-secret: true` in its schema): sealed at write, never given back, and kept when an
 * update leaves them out. The order of an update: `keepSealed`, `unsealSecrets`, validate, `sealSecrets`.
 */
type Value = Record<string, unknown>
interface Schema {
  readonly type?: unknown
  readonly properties?: Readonly<Record<string, unknown>>
  readonly items?: unknown
  readonly 'x-secret'?: unknown
}
interface Sealed {
  readonly $sealed: string
}

const isObject = (value: unknown): value is Value =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const isSealed = (value: unknown): value is Sealed =>
  isObject(value) && typeof value.$sealed === 'string' && Object.keys(value).length === 1

/** @param place what the configuration belongs to, such as `plugin-config:<tenantId>:<pluginId>`; it is authenticated */
export const sealSecrets = (schema: object, value: Value, sealer: Sealer, place: string): Value =>
  mapSecrets(schema, value, (secret, pointer) =>
    typeof secret === 'string' ? { $sealed: sealer.seal(secret, `${place}#${pointer}`) } : secret,
  )

/** @throws SealBroken */
export const unsealSecrets = (schema: object, value: Value, sealer: Sealer, place: string): Value =>
  mapSecrets(schema, value, (secret, pointer) =>
    isSealed(secret) ? sealer.unseal(secret.$sealed, `${place}#${pointer}`) : secret,
  )

/** For answers: the fields are gone, not masked. */
export const hideSecrets = (schema: object, value: Value): Value => mapSecrets(schema, value, () => undefined)

/** JSON pointers of the secrets that are set, so that a form can say so. */
export function secretsSet(schema: object, value: Value): string[] {
  const pointers: string[] = []
  mapSecrets(schema, value, (secret, pointer) => {
    if (secret !== null) pointers.push(pointer)
    return secret
  })
  return pointers
}

/** Gives an update the sealed fields it leaves out. Null takes the stored one away. */
export function keepSealed(schema: object, update: Value, stored: Value): Value {
  const result = { ...update }
  for (const [name, part] of secretsAndObjects(schema)) {
    const old = stored[name]
    if (part['x-secret'] === true) {
      if (update[name] === undefined && isSealed(old)) result[name] = old
      if (update[name] === null) delete result[name]
    } else if (isObject(old) && (update[name] === undefined || isObject(update[name]))) {
      const kept = keepSealed(part, (update[name] as Value | undefined) ?? {}, old)
      if (update[name] !== undefined || Object.keys(kept).length > 0) result[name] = kept
    }
  }
  return result
}

/** @throws Error when a secret stands in a list: after a change of order it would belong to another entry. */
export function refuseSecretsInLists(schema: object, pointer = ''): void {
  for (const [name, part] of Object.entries((schema as Schema).properties ?? {}) as [string, Schema][]) {
    const here = `${pointer}/${name}`
    if (part.items && JSON.stringify(part.items).includes('"x-secret":true'))
      throw new Error(`The configuration marks a secret inside the list ${here}: give secrets a field of their own.`)
    refuseSecretsInLists(part, here)
  }
}

function mapSecrets(
  schema: object,
  value: Value,
  change: (secret: unknown, pointer: string) => unknown,
  pointer = '',
): Value {
  const result = { ...value }
  for (const [name, part] of secretsAndObjects(schema)) {
    const here = `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`
    const present = value[name]
    if (present === undefined) continue
    if (part['x-secret'] === true) {
      const changed = change(present, here)
      if (changed === undefined) delete result[name]
      else result[name] = changed
    } else if (isObject(present)) result[name] = mapSecrets(part, present, change, here)
  }
  return result
}

const secretsAndObjects = (schema: object): [string, Schema][] =>
  (Object.entries((schema as Schema).properties ?? {}) as [string, Schema][]).filter(
    ([, part]) => part['x-secret'] === true || part.properties !== undefined,
  )
