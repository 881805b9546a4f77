/** A bot's own settings: laid over what stands, checked against its schema, its secrets sealed. */
import {
  domainValues,
  formErrors,
  germanFormMessages,
  type ProblemError,
  secretPlaces,
  type Tx,
  withFormDefaults,
  withoutHiddenFields,
} from '@guildhall/sdk'
import type { BotsContext } from '../context.ts'
import type { Language } from '../definitions/requests.ts'
import { secretPlace } from '../secret-place.ts'
import { inLanguage, requireNoFault } from './faults.ts'
import { lookUp } from './lookups.ts'
import { type Bag, isBag, valueAt, withValueAt } from './pointers.ts'

/** Stands in answers where a secret is set; sent back, or left out, the secret stays. */
export const keptSecret = '********'

/** As it may be shown: nothing of a secret but that there is one. */
export function shownConfig(schema: object, config: Bag): Bag {
  return secretPlaces(schema).reduce<Bag>(
    (shown, pointer) => (valueAt(shown, pointer) === undefined ? shown : withValueAt(shown, pointer, keptSecret)),
    config,
  )
}

/** In clear, for checking and running. A secret that no longer opens is missing. */
export function openedConfig(ctx: BotsContext, installationId: string, schema: object, config: Bag): Bag {
  return secretPlaces(schema).reduce<Bag>((opened, pointer) => {
    const sealed = valueAt(opened, pointer)
    if (typeof sealed !== 'string') return opened
    try {
      return withValueAt(opened, pointer, ctx.use.seals.unseal(secretPlace(installationId), sealed))
    } catch {
      return withValueAt(opened, pointer, undefined)
    }
  }, config)
}

export function sealedConfig(ctx: BotsContext, installationId: string, schema: object, config: Bag): Bag {
  return secretPlaces(schema).reduce<Bag>((sealed, pointer) => {
    const plain = valueAt(sealed, pointer)
    if (typeof plain !== 'string') return sealed
    return withValueAt(sealed, pointer, ctx.use.seals.seal(secretPlace(installationId), plain))
  }, config)
}

/**
 * What the settings are now: what was sent, with the secrets that stand where none came, and defaults. `null` at a
 * secret's place takes it away, and so does a choice that leaves no such field.
 */
export function mergedConfig(schema: object, before: Bag, sent: unknown): unknown {
  if (sent === undefined) return withFormDefaults(schema, before)
  if (!isBag(sent)) return sent
  const merged = secretPlaces(schema).reduce<Bag>((bag, pointer) => {
    const given = valueAt(bag, pointer)
    if (given === null) return withValueAt(bag, pointer, undefined)
    if (given !== undefined && given !== keptSecret) return bag
    const kept = valueAt(before, pointer)
    return kept === undefined && given === undefined ? bag : withValueAt(bag, pointer, kept)
  }, sent)
  const filled = withFormDefaults(schema, merged)
  const shown = withoutHiddenFields(schema, filled)
  return secretPlaces(schema).reduce(
    (bag, pointer) =>
      isBag(bag) && valueAt(sent, pointer) === undefined && isBag(shown) && valueAt(shown, pointer) === undefined
        ? withValueAt(bag, pointer, undefined)
        : bag,
    filled,
  )
}

export interface Fitting {
  readonly language: Language
}

/** @throws Problem 400 with pointers below `/config`, all faults at once */
export async function requireFittingConfig(
  ctx: BotsContext,
  tx: Tx,
  schema: object,
  config: unknown,
  o: Fitting,
): Promise<Bag> {
  requireNoFault(await configErrors(ctx, tx, schema, config, o), o.language)
  return config as Bag
}

export async function configErrors(
  ctx: BotsContext,
  tx: Tx,
  schema: object,
  config: unknown,
  o: Fitting,
): Promise<ProblemError[]> {
  const under = (error: ProblemError): ProblemError => ({ ...error, pointer: `/config${error.pointer}` })
  const errors = formErrors(schema, config, o.language === 'de' ? { messages: germanFormMessages } : {})
  if (errors.length > 0) return errors.map(under)
  return inLanguage(await lookUp(ctx, tx, domainValues(schema, config)), o.language).map(under)
}
