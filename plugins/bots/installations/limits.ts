import {
  type BotLimits,
  type BotManifest,
  botCeilings,
  leastLimits,
  limitNames,
  Problem,
  type ProblemError,
  problems,
} from '@guildhall/sdk'
import type { LimitsInput } from './settings-schema.ts'

/** What an installation may be given at most: the bot's own wish, and never more than the platform's. */
export const ceilingsOf = (manifest: Pick<BotManifest, 'limits'>): Required<BotLimits> =>
  Object.fromEntries(
    limitNames.map((name) => [name, Math.min(botCeilings[name], manifest.limits[name] ?? botCeilings[name])]),
  ) as unknown as Required<BotLimits>

/** Lays what was sent over what stood; null takes a limit back to the bot's own. @throws Problem 400 */
export function mergedLimits(
  before: Readonly<Record<string, number>>,
  sent: LimitsInput | undefined,
  manifest: Pick<BotManifest, 'limits'>,
): Record<string, number> {
  const ceilings = ceilingsOf(manifest)
  const errors: ProblemError[] = []
  const merged: Record<string, number> = {}
  for (const name of limitNames) {
    const asked = sent?.[name]
    const value = asked === undefined ? before[name] : asked
    if (value === undefined || value === null) continue
    if (asked !== undefined && value > ceilings[name])
      errors.push({
        pointer: `/limits/${name}`,
        message: `At most ${ceilings[name]}: a limit can only be lowered`,
        code: 'maximum',
      })
    else if (value < leastLimits[name])
      errors.push({ pointer: `/limits/${name}`, message: `At least ${leastLimits[name]}`, code: 'minimum' })
    // After an upgrade the bot may ask for less than the installation was given.
    else merged[name] = Math.min(value, ceilings[name])
  }
  if (errors.length > 0) throw new Problem(problems.validationFailed, { detail: errors[0]!.message, errors })
  return merged
}
