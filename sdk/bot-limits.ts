/** What a run may use. Whoever asks for less gets less; nobody gets more than the platform allows. */
import type { BotLimits } from './bot.ts'

export type BotTrigger = 'event' | 'cron' | 'manual' | 'api' | 'webhook' | 'action'

/** The platform's limits, units as in `BotLimits`. */
export const botCeilings = {
  heapMb: 32,
  cpuMs: 2_000,
  wallMs: 120_000,
  actions: 200,
  fetches: 20,
  mails: 50,
} as const satisfies Required<BotLimits>

/** Where an event starts the run: there are many of them, and nobody waits. */
export const eventCeilings = { ...botCeilings, cpuMs: 500, wallMs: 30_000 } as const satisfies Required<BotLimits>

/** Less would only make every run fail. */
export const leastLimits = {
  heapMb: 8,
  cpuMs: 10,
  wallMs: 100,
  actions: 0,
  fetches: 0,
  mails: 0,
} as const satisfies Required<BotLimits>

export const limitNames = Object.keys(botCeilings) as readonly (keyof BotLimits)[]

/** The least of what the platform allows for this trigger, the bot asks for and the installation was given. */
export function effectiveLimits(
  manifest: { readonly limits: BotLimits },
  installation: BotLimits,
  trigger: BotTrigger,
): Required<BotLimits> {
  const ceilings = trigger === 'event' ? eventCeilings : botCeilings
  const least = (name: keyof BotLimits): number =>
    Math.min(ceilings[name], manifest.limits[name] ?? ceilings[name], installation[name] ?? ceilings[name])
  return Object.fromEntries(limitNames.map((name) => [name, least(name)])) as unknown as Required<BotLimits>
}
