/** What an administrator sends: which triggers, whom to tell, which limits. The bot's own settings follow its own schema. */
import { Closed, Email, Filter, List, Nullable, Text, Url, Uuid } from '@guildhall/sdk'
import Type, { type Static } from 'typebox'

const Condition = Closed(
  {
    payload: Type.Optional(Filter.object),
    member: Type.Optional(Filter.object),
    group: Type.Optional(Filter.object),
  },
  {
    title: 'TriggerCondition',
    description: 'Filters, as in lists: over what the event says, and over the member or group it names',
  },
)
const EventTrigger = Closed(
  { on: Type.Boolean({ description: 'Whether the event starts it' }), condition: Type.Optional(Nullable(Condition)) },
  { title: 'EventTrigger' },
)

export const Triggers = Closed(
  {
    events: Type.Optional(
      Type.Unsafe<Record<string, Static<typeof EventTrigger>>>(
        Type.Record(Type.String({ maxLength: 120, pattern: '^[a-z][\\w.-]{0,119}$' }), EventTrigger, {
          maxProperties: 50,
          additionalProperties: false,
          description: 'By event; one that is left out stays as it is',
        }),
      ),
    ),
    cron: Type.Optional(
      Nullable(
        Closed(
          {
            on: Type.Boolean({ description: 'Whether the clock starts it' }),
            expression: Type.Optional(
              Text(100, {
                description: 'Minute, hour, day, month, weekday, in the time zone of the organisation',
                examples: ['0 8 * * *'],
              }),
            ),
          },
          { description: 'By the clock' },
        ),
      ),
    ),
    manual: Type.Optional(Type.Boolean({ description: 'People may start it by hand' })),
    api: Type.Optional(Type.Boolean({ description: 'Programs may start it' })),
    webhook: Type.Optional(Type.Boolean({ description: 'Signed calls of its own address start it' })),
    action: Type.Optional(Type.Boolean({ description: 'A button on a member or group starts it' })),
  },
  { title: 'BotTriggers', description: 'What starts it' },
)
export type TriggersInput = Static<typeof Triggers>

const told = {
  roles: Type.Optional(List(Text(60), 20, { description: 'Whoever holds one of these roles' })),
  members: Type.Optional(List(Uuid(), 50, { description: 'Members to tell' })),
  addresses: Type.Optional(List(Email(), 20, { description: 'E-mail addresses to tell' })),
  by: List(Type.Enum(['mail', 'inbox', 'webhook']), 3, { description: 'On which ways', uniqueItems: true }),
  url: Type.Optional(Url({ description: 'With `webhook`: where to' })),
}
const Told = Closed(told, { title: 'ToldWhom', description: 'Who is told' })
export const Notifications = Closed(
  {
    failure: Type.Optional(Nullable(Told)),
    success: Type.Optional(Nullable(Told)),
    digest: Type.Optional(
      Nullable(
        Closed(
          { ...told, every: Type.Enum(['day', 'week'], { description: 'How often' }) },
          { description: 'Several runs in one message' },
        ),
      ),
    ),
  },
  { title: 'BotNotifications', description: 'Who is told of how it does' },
)
export type NotificationsInput = Static<typeof Notifications>

const limit = (what: string, unit: string) =>
  Type.Optional(
    Nullable(Type.Integer({ minimum: 0, maximum: 1_000_000, description: `${what}${unit}; null: as the bot asks` })),
  )
export const Limits = Closed(
  {
    heapMb: limit('Memory', ' in MB'),
    cpuMs: limit('CPU time', ' in ms'),
    wallMs: limit('Time from start to end', ' in ms'),
    actions: limit('Calls of actions', ''),
    fetches: limit('Calls of other hosts', ''),
    mails: limit('Mails', ''),
  },
  { title: 'BotLimits', description: 'Lower than the highest each may be' },
)
export type LimitsInput = Static<typeof Limits>

export const Consent = Closed(
  {
    actions: List(Text(120), 100, { description: 'Ids of actions the bot may call', uniqueItems: true }),
    hosts: List(Text(253), 50, { description: 'Names of hosts the bot may fetch from', uniqueItems: true }),
  },
  {
    title: 'BotConsent',
    description: 'Exactly what the version asks for, as `permissions` shows it',
    examples: [{ actions: ['members.get'], hosts: [] }],
  },
)
export type ConsentInput = Static<typeof Consent>
