/** A bot as the API shows it: what it is, what it asks for, and how it is installed here. */
import { Closed, List, Nullable, Party, Text, Timestamp, Uuid } from '@guildhall/sdk'
import Type, { type Static } from 'typebox'

const AnyObject = (description: string) =>
  Type.Unsafe<Record<string, unknown>>({ type: 'object', additionalProperties: true, description })
const Sentence = Type.String({ maxLength: 1000, description: 'For whoever has to agree' })
export const VersionName = Text(60, { description: 'As its author numbers it', examples: ['1.0.0'] })
export const Form = Closed(
  { schema: AnyObject('JSON Schema'), uiSchema: AnyObject('UI schema, as RJSF reads it') },
  { title: 'BotForm', description: 'What a form of the settings is made of' },
)
export const kinds = ['system', 'action', 'event'] as const

const Permissions = Closed(
  {
    actions: List(
      Closed({
        id: Text(120, { description: 'The action, such as members.update' }),
        title: Text(200, { description: 'In the language asked for' }),
        effect: Type.Enum(['read', 'write', 'destructive', 'unknown'], {
          description: 'Whether calls can change or delete',
        }),
        requires: Nullable(Text(120, { description: 'What whoever installs it must hold' })),
        available: Type.Boolean({ description: 'False where the part of the platform it belongs to is off' }),
        sentence: Sentence,
      }),
      200,
      { description: 'What of the platform it calls' },
    ),
    hosts: List(Closed({ host: Text(260, { description: 'Exact name of the host' }), sentence: Sentence }), 100, {
      description: 'Addresses it fetches from',
    }),
    hostFields: List(Closed({ field: Text(200, { description: 'Name of the field' }), sentence: Sentence }), 100, {
      description: 'Fields of its settings that name a host, and so agree to it',
    }),
  },
  { title: 'BotPermissions', description: 'What the bot asks for' },
)

const summary = {
  id: Text(60, { description: 'Its address here: the id of the bot, or the alias of a further installation' }),
  botId: Text(60),
  title: Text(200, { description: 'In the language asked for' }),
  description: Type.String({ description: 'What it does', maxLength: 2000 }),
  kind: Type.Enum([...kinds], { description: 'Part of the platform, an action for others, or one that reacts' }),
  origin: Type.Enum(['published', 'shipped'], { description: 'Of this organisation, or one that comes along' }),
  installed: Type.Boolean({ description: 'Whether it was configured here' }),
  enabled: Type.Boolean({ description: 'Whether it runs' }),
  version: Nullable(VersionName),
  newestVersion: VersionName,
  schema: AnyObject('JSON Schema of its settings, of the version it runs, else of the newest'),
  uiSchema: AnyObject('How the form looks'),
  triggers: AnyObject('What the version can be started by'),
  permissions: Permissions,
  needsConsent: Type.Boolean({ description: 'Installing it, or going to the newest version, asks for consent' }),
  upgrade: Nullable(
    Closed(
      { version: VersionName, asksMore: List(Sentence, 200, { description: 'Empty: it asks for nothing new' }) },
      { description: 'A newer version than the one it runs' },
    ),
  ),
  stopped: Nullable(
    Closed(
      {
        reason: Type.String({ maxLength: 2000, description: 'With how the last run ended: which limit, which value' }),
        at: Timestamp({ description: 'When it was switched off' }),
        failures: Type.Integer({ description: 'How many runs failed in a row' }),
        runId: Type.Optional(Uuid({ description: 'The last of the runs that failed' })),
        ended: Type.Optional(Text(40, { description: 'How that one ended' })),
      },
      { title: 'StoppedBot', description: 'The platform switched it off' },
    ),
  ),
  lastRun: Nullable(
    Closed(
      {
        id: Text(40, { description: 'Of the run' }),
        status: Text(40, { description: 'Where the run stands' }),
        ended: Nullable(Text(40, { description: 'How it ended; null: it has not' })),
        reason: Nullable(Type.String({ description: 'What it failed by', maxLength: 4000 })),
        queuedAt: Timestamp({ description: 'When it was asked for' }),
        finishedAt: Nullable(Timestamp({ description: 'Null: it has not' })),
      },
      { title: 'LastRun', description: 'The newest run' },
    ),
  ),
  createdAt: Nullable(Timestamp({ description: 'When it was installed' })),
  updatedAt: Nullable(Timestamp({ description: 'Null: it is not installed' })),
  revision: Nullable(Type.Integer({ description: 'Counts its changes; stands in the ETag' })),
}
export const Bot = Closed(summary, { title: 'Bot' })
export type Bot = Static<typeof Bot>

export const BotDetail = Closed(
  {
    ...summary,
    form: Closed(
      { when: Form, what: Form, who: Form },
      { description: '`when` gives `triggers`, `what` gives `config`, `who` gives `notifications`' },
    ),
    settings: Nullable(
      Closed(
        {
          triggers: AnyObject('As sent'),
          config: AnyObject(
            'Where a secret is set stands "********"; sent back, it stays where no other server could be reached',
          ),
          notifications: AnyObject('As sent'),
          limits: AnyObject('Those that were lowered'),
          configVersion: Type.Integer({ description: 'Counts configurations, from 1' }),
          consent: Closed(
            {
              actions: List(Text(120), 200, { description: 'Ids of actions' }),
              hosts: List(Text(260), 100, { description: 'Names of hosts' }),
              at: Timestamp({ description: 'When' }),
            },
            { description: 'What whoever installed it agreed to' },
          ),
          installedBy: Party({ description: 'Whose rights bound it' }),
          previousVersion: Nullable(VersionName),
          hasAddress: Type.Boolean({
            description: 'It was given an address for signed calls; `webhook/rotate` makes one',
          }),
        },
        { description: 'Null where it is not installed' },
      ),
    ),
    ceilings: AnyObject('The highest each limit may be'),
    timeZone: Text(64, { description: 'IANA name, of the organisation: its times are meant there' }),
  },
  { title: 'BotDetail' },
)
export type BotDetail = Static<typeof BotDetail>

export const VersionItem = Closed(
  {
    version: VersionName,
    origin: Type.Enum(['published', 'shipped'], { description: 'Of this organisation, or one that comes along' }),
    hash: Text(64, { description: 'SHA-256 of the JavaScript that runs' }),
    title: Text(200, { description: 'As its author wrote it' }),
    kind: Type.Enum([...kinds], { description: 'Part of the platform, an action for others, or one that reacts' }),
    permissions: Permissions,
    publishedBy: Nullable(Party({ description: 'Null: it is part of the platform' })),
    createdAt: Nullable(Timestamp({ description: 'When it was published; null: it came along' })),
  },
  { title: 'BotVersion' },
)
export const VersionDetail = Closed(
  {
    ...VersionItem.properties,
    manifest: AnyObject('What `defineBot` was given, functions left out'),
    source: Nullable(
      Type.String({
        maxLength: 400_000,
        description: 'As the author wrote it; for whoever may publish (bots.publish)',
      }),
    ),
  },
  { title: 'BotVersionDetail' },
)
export type VersionItem = Static<typeof VersionItem>
