import { Closed, List, Nullable, Timestamp, Uuid } from '@guildhall/sdk'
import Type, { type Static } from 'typebox'

export const rehearsalStatuses = ['queued', 'running', 'done', 'failed', 'cancelled'] as const

/** What happened at a time in the copy. Ids, not names: the page asks for those it may see. */
export const TimelineEntry = Type.Object(
  {
    at: Timestamp({ description: 'On the clock of the rehearsal' }),
    kind: Type.Enum(['run', 'mail', 'change', 'call', 'told', 'refused', 'failed'], {
      description:
        '`run`: the bot was started. `mail`, `change`, `call`, `told`: what it would have sent, changed, called, and whom it would have told. `refused`: what it was not allowed. `failed`: a run that ended badly',
    }),
    runId: Uuid(),
    /** The action, the host that was called, the cause of a run. */
    name: Type.String({ description: 'The event, the action or the bot' }),
    input: Type.Unsafe<unknown>({ description: 'What the bot asked for; null where the caller may not see it' }),
    detail: Nullable(Type.String({ description: 'Summary of a run, reason of a refusal or failure' })),
  },
  { title: 'RehearsalEntry' },
)
export type TimelineEntry = Static<typeof TimelineEntry>

export const Rehearsal = Type.Object(
  {
    id: Uuid(),
    days: Type.Integer({ description: 'How many days are played' }),
    groupId: Nullable(Uuid()),
    status: Type.Enum([...rehearsalStatuses], { description: 'Where it stands' }),
    reachedAt: Nullable(Timestamp({ description: 'How far the clock of the copy has come' })),
    reason: Nullable(Type.String({ description: 'Why it failed' })),
    counts: Nullable(
      Type.Unsafe<Record<string, number>>({
        type: 'object',
        additionalProperties: { type: 'integer' },
        description: 'Entries by kind, those beyond the end of the timeline included',
      }),
    ),
    createdAt: Timestamp(),
    finishedAt: Nullable(Timestamp({ description: 'Null: it goes on' })),
  },
  { title: 'Rehearsal' },
)
export type Rehearsal = Static<typeof Rehearsal>

export const mostEntries = 1000
export const RehearsalWithTimeline = Type.Object(
  {
    ...Rehearsal.properties,
    timeline: List(TimelineEntry, mostEntries, { description: 'The first thousand, in the order of their time' }),
  },
  { title: 'RehearsalWithTimeline' },
)
export type RehearsalWithTimeline = Static<typeof RehearsalWithTimeline>

export const NewRehearsal = Closed(
  {
    days: Type.Integer({ minimum: 1, maximum: 365, default: 30, description: 'How far ahead the clock runs' }),
    groupId: Type.Optional(Uuid({ description: 'Only members of this group and below; needed above 50,000 members' })),
  },
  { title: 'NewRehearsal', examples: [{ days: 60 }] },
)
