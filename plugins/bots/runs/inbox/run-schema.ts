import { List, Nullable, Party, Text, Timestamp, Uuid } from '@guildhall/sdk'
import Type, { type Static } from 'typebox'
import { logLevels } from '../logs/log-writer.ts'
import { runModes, runStatuses, triggerKinds } from '../stored.ts'

const Free = (description: string) => Type.Unsafe<unknown>({ description })
const limits = Type.Unsafe<Record<string, number>>({
  type: 'object',
  additionalProperties: { type: 'number' },
  description: 'The most it may use',
})

const RunError = Type.Object(
  {
    name: Type.Optional(Type.String({ description: 'Class of the error' })),
    message: Type.String({ description: 'What it says' }),
    line: Type.Optional(Type.Integer({ description: 'In the published source' })),
    code: Type.Optional(Type.String({ description: 'Of an error of the platform' })),
  },
  { title: 'RunError', description: 'What the run failed by' },
)
const RunUse = Type.Object(
  {
    cpuMs: Type.Number({ description: 'Milliseconds of computing' }),
    wallMs: Type.Number({ description: 'Milliseconds from start to end' }),
    heapMb: Type.Number({ description: 'Megabytes at most' }),
    calls: Type.Integer({ description: 'Calls of actions' }),
  },
  { title: 'RunUse', description: 'What the run took' },
)
const summary = {
  id: Uuid(),
  bot: Text(80, { description: 'The id it is installed under here' }),
  installationId: Uuid({ description: 'Of the bot here' }),
  version: Text(60, { description: 'Of the bot: a run keeps the one it began with' }),
  configVersion: Type.Integer({ description: 'Which configuration it ran with' }),
  mode: Type.Enum([...runModes], { description: 'Whether it changed things or only tried' }),
  triggerKind: Type.Enum([...triggerKinds], { description: 'What started it' }),
  status: Type.Enum([...runStatuses], { description: 'Where it stands' }),
  reason: Nullable(
    Type.String({ description: 'Why it is where it is: the limit that was hit and its value, or what it waits for' }),
  ),
  ended: Nullable(
    Type.String({
      description:
        'How the last attempt ended: `ok`, `error`, `cpu`, `timeout`, `memory`, `quota`, `crash`, `cancelled`, `denied`, `infra`, `non-deterministic`',
    }),
  ),
  attempt: Type.Integer({ description: 'From 1' }),
  nextAttemptAt: Nullable(Timestamp({ description: 'When it is tried again; null: it is not' })),
  ofRunId: Nullable(Uuid({ description: 'The run it replays or repeats' })),
  depth: Type.Integer({ description: 'How many bots stand in the chain of causes before it' }),
  summary: Nullable(Type.String({ description: 'One sentence of the bot' })),
  queuedAt: Timestamp({ description: 'When it was asked for' }),
  startedAt: Nullable(Timestamp({ description: 'Null: it waits' })),
  finishedAt: Nullable(Timestamp({ description: 'Null: it has not' })),
} as const

export const RunView = Type.Object(summary, { title: 'StartedBotRun' })
const RunCause = Type.Object(
  {
    event: Nullable(
      Type.Object(
        {
          name: Text(120, { description: 'Id of the event' }),
          title: Text(200, { description: 'In the language asked for' }),
        },
        { description: 'The event; null where there was none' },
      ),
    ),
    at: Nullable(Timestamp({ description: 'When it happened, or the time of the bot that had come' })),
    memberId: Nullable(Uuid({ description: 'Whom it is about; null for whoever may not see the member' })),
    groupId: Nullable(Uuid({ description: 'Which group it is about; null for whoever may not see it' })),
    by: Nullable(
      Type.String({ description: 'The name of who started it; of others only with `core.users.read`, else null' }),
    ),
  },
  { title: 'BotRunCause', description: 'What started it, beside `triggerKind`: never what a call from outside said' },
)
const RunDeed = Type.Object(
  {
    method: Type.Enum(['action', 'fetch'], { description: 'An action of the platform, or a call to a host' }),
    name: Text(260, { description: 'Id of the action, or the host that was called' }),
    title: Nullable(Text(200, { description: 'Of the action, in the language asked for' })),
    times: Type.Integer({ description: 'How often' }),
  },
  { title: 'BotRunDeed' },
)
const shown = {
  ...summary,
  cause: RunCause,
  did: List(RunDeed, 200, { description: 'What it changed, or would have: how often each' }),
} as const
/** A run as lists show it, in words as far as there are any. */
export const RunShown = Type.Object(shown, { title: 'BotRun' })
export const CallView = Type.Object(
  {
    sequence: Type.Integer({ description: 'In the order of the run, from 1' }),
    method: Type.String({ description: 'What of the platform was called' }),
    name: Type.String({ description: 'The action or the address' }),
    effect: Type.Enum(['read', 'write', 'destructive', 'none'], {
      description: '`none`: there was nothing to do, or there is no such action',
    }),
    outcome: Type.Enum(['done', 'wouldDo', 'refused'], {
      description: 'Done, only written down in a dry run, or refused',
    }),
    input: Free('Null where the caller may not see what the action is about'),
    answer: Free('As the bot got it; null as above'),
    attempt: Type.Integer({ description: 'Of the run, from 1' }),
    durationMs: Type.Number({ description: 'Milliseconds' }),
    at: Timestamp({ description: 'When it was called' }),
  },
  { title: 'BotCall' },
)
export const LogView = Type.Object(
  {
    id: Uuid(),
    runId: Uuid(),
    mode: Type.Enum([...runModes], { description: 'Of the run: what a dry run says it did was taken back' }),
    level: Type.Enum([...logLevels], { description: 'How serious' }),
    message: Type.String({ description: 'What the bot said' }),
    data: Free('What the bot said with it'),
    at: Timestamp({ description: 'When' }),
  },
  { title: 'BotLog' },
)
export const RunTrace = Type.Object(
  {
    ...shown,
    trigger: Free('As the bot got it; what it carried only for those who may list members'),
    requestedBy: Nullable(
      Party({ description: 'Who started it by hand or by a call; null: an event or the clock did' }),
    ),
    result: Free('What the bot gave back'),
    error: Nullable(RunError),
    used: Nullable(RunUse),
    limits,
    calls: List(CallView, 500, { description: 'What it did with the platform and the world' }),
    logs: List(LogView, 400, { description: 'What it said' }),
  },
  { title: 'BotRunTrace' },
)
export type RunView = Static<typeof RunView>
export type RunCause = Static<typeof RunCause>
export type RunDeed = Static<typeof RunDeed>
export type RunShown = Static<typeof RunShown>
export type CallView = Static<typeof CallView>
export type LogView = Static<typeof LogView>
export type RunTrace = Static<typeof RunTrace>
