import type { Bot, SampleEvent } from '../../api/shapes.ts'
import { fill, type Words } from '../../words/index.ts'

type Bag = Readonly<Record<string, unknown>>

/** One way in which a bot starts, as somebody tries it. */
export interface Way {
  readonly key: string
  /** Ends the sentence "try it as if". */
  readonly title: string
  /** Whether a person may start it so for real, too. */
  readonly forReal: boolean
  readonly hint?: string
  /** What has to be filled in, and what stands there first; null: nothing. */
  readonly schema: object | null
  readonly first: Bag
  /** Of `POST /bots/{id}/run`. */
  readonly body: (given: Bag) => object
}

/** The ways the bot's triggers and settings allow, those a person starts first. */
export function waysOf(
  bot: Bot,
  samples: readonly SampleEvent[],
  o: { readonly words: Words; readonly time: (at: string) => string },
): Way[] {
  const { triggers } = bot
  const set = bot.settings?.triggers ?? {}
  const { ways } = o.words
  const byHand = (key: 'manual' | 'api', input: object | null | undefined): Way => ({
    key,
    title: ways[key],
    forReal: key === 'manual',
    schema: input ?? null,
    first: {},
    body: (given) => (input ? { input: given } : {}),
  })
  const manual = triggers.manual && set.manual !== false
  return [
    ...(manual ? [byHand('manual', triggers.manual?.input)] : []),
    ...(triggers.action && set.action !== false ? [onTarget(triggers.action.target, o.words)] : []),
    ...samples.map((sample) => asIfHappened(sample, o)),
    ...(triggers.cron
      ? [{ ...plain('cron', ways.cron), body: () => ({ scheduledFor: new Date().toISOString() }) }]
      : []),
    ...(triggers.webhook ? [asIfCalled(o.words)] : []),
    ...(triggers.api && set.api !== false && !manual ? [byHand('api', triggers.api.input)] : []),
  ]
}

const plain = (key: string, title: string) => ({ key, title, forReal: false, schema: null, first: {} })

const choice = (format: string, title: string) => ({ type: 'string', format, title, maxLength: 36 })
const object = (properties: Readonly<Record<string, object>>) => ({
  type: 'object',
  required: Object.keys(properties),
  properties,
})

function onTarget(type: 'member' | 'group', { ways, named }: Words): Way {
  const title = type === 'member' ? named.memberId : named.groupId
  return {
    ...plain('action', ways[type]),
    forReal: true,
    schema: object({ id: choice(type, title) }),
    body: ({ id }) => ({ target: { type, id } }),
  }
}

const formats = { memberId: 'member', groupId: 'group', planId: 'plan' } as const
const isNamed = (name: string): name is keyof typeof formats => Object.hasOwn(formats, name)

/** Whom the event is about somebody chooses; what else it says is as it was the last time, or as in its example. */
function asIfHappened(
  { name, title, payload, at }: SampleEvent,
  { words, time }: { words: Words; time: (at: string) => string },
): Way {
  const asked = Object.keys(payload).filter(isNamed)
  return {
    ...plain(`event ${name}`, fill(words.ways.event, { title })),
    ...(asked.length > 0 ? { hint: at ? fill(words.lastTime, { at: time(at) }) : words.neverHappened } : {}),
    schema:
      asked.length > 0
        ? object(Object.fromEntries(asked.map((id) => [id, choice(formats[id], words.named[id])])))
        : null,
    first: at ? Object.fromEntries(asked.map((id) => [id, payload[id]])) : {},
    body: (given) => ({ event: { name, payload: { ...payload, ...given } } }),
  }
}

function asIfCalled(words: Words): Way {
  const body = { type: 'string', title: words.callBody, description: words.callBodyText, maxLength: 4000 }
  return {
    ...plain('webhook', words.ways.webhook),
    schema: object({ body }),
    first: { body: '{ "hello": "world" }' },
    body: ({ body: text }) => ({ call: { body: parsed(typeof text === 'string' ? text : '') } }),
  }
}

/** JSON where it is some, else the text: as the platform takes a call. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
