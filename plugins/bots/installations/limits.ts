import { type BotLimits, type BotManifest, Problem, type ProblemError, problems } from '@guildhall/sdk'
import type { LimitsInput } from './settings-schema.ts'

/** What the platform allows; a run that an event starts gets less CPU and time (BotLimits). */
export const platformLimits = {
  heapMb: 32,
  cpuMs: 2_000,
  wallMs: 120_000,
  actions: 200,
  fetches: 20,
  mails: 50,
} as const satisfies Required<BotLimits>
type LimitName = keyof typeof platformLimits
const names = Object.keys(platformLimits) as LimitName[]

/** The least that keeps a bot running at all: less would only make every run fail. */
const least: Readonly<Record<LimitName, number>> = { heapMb: 8, cpuMs: 10, wallMs: 100, actions: 0, fetches: 0, mails: 0 }

/** What an installation may be given at most: the bot's own wish, and never more than the platform's. */
export const ceilingsOf = (manifest: Pick<BotManifest, 'limits'>): Required<BotLimits> =>
  Object.fromEntries(
    names.map((name) => [name, Math.min(platformLimits[name], manifest.limits[name] ?? platformLimits[name])]),
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
  for (const name of names) {
    const asked = sent?.[name]
    const value = asked === undefined ? before[name] : asked
    if (value === undefined || value === null) continue
    if (asked !== undefined && value > ceilings[name])
      errors.push({ pointer: `/limits/${name}`, message: `At most ${ceilings[name]}: a limit can only be lowered`, code: 'maximum' })
    else if (value < least[name])
      errors.push({ pointer: `/limits/${name}`, message: `At least ${least[name]}`, code: 'minimum' })
    // After an upgrade the bot may ask for less than the installation was given.
    else merged[name] = Math.min(value, ceilings[name])
  }
  if (errors.length > 0) throw new Problem(problems.validationFailed, { detail: errors[0]!.message, errors })
  return merged
}
