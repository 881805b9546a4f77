/**
 * A secret was given for the servers the bot could reach then. Where it could reach another, nobody takes it along who
 * does not know it.
 */
import { domainValues, type ProblemError, secretPlaces } from '@guildhall/sdk'
import { keptSecret } from './config-values.ts'
import { type Bag, isBag, valueAt } from './pointers.ts'
import type { Installation } from './stored.ts'

/** A version with settings that fit it. */
export interface Reaching {
  readonly manifest: Installation['manifest']
  readonly config: Bag
}

/** Those its author names, and those the form names, each with its field: two that change places lead elsewhere, too. */
function destinations({ manifest, config }: Reaching): ReadonlySet<string> {
  const named = domainValues(manifest.config.schema, config).filter(({ format }) => format === 'httpHost')
  return new Set([...manifest.permissions.hosts, ...named.map(({ pointer, value }) => `${pointer} ${value}`)])
}

/** @param sent what somebody typed; a secret in it is nobody's but his. @returns the secrets he has to enter again */
export function secretsToEnterAgain(before: Reaching, after: Reaching, sent: unknown): ProblemError[] {
  const known = destinations(before)
  if ([...destinations(after)].every((one) => known.has(one))) return []
  const typed = (pointer: string) =>
    isBag(sent) && ![undefined, null, keptSecret].includes(valueAt(sent, pointer) as null)
  return secretPlaces(after.manifest.config.schema)
    .filter((pointer) => valueAt(after.config, pointer) !== undefined && !typed(pointer))
    .map((pointer) => ({ pointer: `/config${pointer}`, message: enterAgain, code: 'secret' }))
}

const enterAgain = 'Enter this again: the bot could send it to a server it could not reach when this was entered'
