import type { BotManifest } from '../bot.ts'
import type { BotTrigger } from '../bot-limits.ts'
import { formErrors, withFormDefaults } from '../forms/index.ts'
import { didYouMean } from '../nearest.ts'
import type { EventId, EventRegistry } from '../registries.ts'
import { TestFault } from './call-error.ts'
import { anId } from './fixtures.ts'

/** What starts the run; everything but what the bot reads has a default. */
export type TestEvent =
  | {
      [K in EventId]: {
        readonly trigger: 'event'
        readonly name: K
        readonly payload: EventRegistry[K]
        readonly id?: string
        readonly at?: string
      }
    }[EventId]
  | { readonly trigger: 'cron'; readonly scheduledFor?: string }
  | { readonly trigger: 'manual' | 'api'; readonly input?: unknown; readonly requestedBy?: string }
  | {
      readonly trigger: 'webhook'
      readonly body: unknown
      readonly headers?: Readonly<Record<string, string>>
      readonly id?: string
    }
  | {
      readonly trigger: 'action'
      readonly target: { readonly type: 'member' | 'group'; readonly id: string }
      readonly requestedBy?: string
    }

/** Also where no event is known, as while this package is built by itself. */
type AnyEvent = Exclude<TestEvent, { trigger: 'event' }> | { readonly trigger: 'event'; readonly name: string }

/**
 * The event as the bot gets it; without one, a bot that starts at times or by hand starts so.
 * @throws TestFault for a trigger that the bot does not have, and an input that does not fit its form
 */
export function eventFor(
  manifest: BotManifest,
  event: TestEvent | undefined,
  now: string,
): { readonly trigger: BotTrigger; readonly [more: string]: unknown } {
  const { triggers } = manifest
  const asked = (event ?? usual(manifest)) as AnyEvent
  switch (asked.trigger) {
    case 'event': {
      const { name } = asked
      if (!triggers.events.includes(name))
        throw new TestFault(
          `The bot does not listen to "${name}" in triggers.events${didYouMean(name, triggers.events)}`,
        )
      return { id: anId(900), at: now, ...asked }
    }
    case 'cron':
      if (!triggers.cron) throw new TestFault('The bot has no triggers.cron')
      return { scheduledFor: now, ...asked }
    case 'webhook':
      if (!triggers.webhook) throw new TestFault('The bot has no triggers.webhook')
      return { id: anId(901), headers: {}, ...asked }
    case 'action':
      if (triggers.action?.target !== asked.target.type)
        throw new TestFault(`The bot has no triggers.action for a ${asked.target.type}`)
      return { requestedBy: anId(902), ...asked }
    default: {
      const trigger = triggers[asked.trigger]
      if (!trigger) throw new TestFault(`The bot has no triggers.${asked.trigger}`)
      const schema = trigger.input ?? { type: 'object' }
      const input = withFormDefaults(schema, asked.input)
      const [fault] = formErrors(schema, input)
      if (fault) throw new TestFault(`The input does not fit: ${fault.pointer} ${fault.message}`)
      return { requestedBy: anId(902), ...asked, input }
    }
  }
}

function usual(manifest: BotManifest): TestEvent {
  const { triggers } = manifest
  if (triggers.cron) return { trigger: 'cron' }
  if (triggers.manual) return { trigger: 'manual' }
  throw new TestFault(`Say what starts the run, in the test or in event.json: ${example(manifest)}`)
}

function example({ triggers: { events, api, webhook, action } }: BotManifest): string {
  if (events[0]) return `{ "trigger": "event", "name": "${events[0]}", "payload": { ... } }`
  if (action) return `{ "trigger": "action", "target": { "type": "${action.target}", "id": "..." } }`
  if (webhook) return '{ "trigger": "webhook", "body": { ... } }'
  return `{ "trigger": "${api ? 'api' : 'manual'}", "input": { ... } }`
}
