import { Nullable, Text, Timestamp, Uuid } from '@guildhall/sdk'
import Type, { type Static } from 'typebox'

export const severities = ['info', 'warning', 'critical'] as const
export const Kind = Type.String({
  minLength: 1,
  maxLength: 120,
  pattern: '^[a-zA-Z][\\w.-]*$',
  'x-says': 'must be a name such as bots.failed',
})

export const Notification = Type.Object(
  {
    id: Uuid(),
    kind: Type.String({ description: 'What it is about, such as bots.stopped' }),
    severity: Type.Enum([...severities], { description: 'How serious' }),
    title: Type.String({ description: 'In a line' }),
    text: Type.String({ description: 'The whole' }),
    link: Nullable(Type.String({ description: 'Path of the page that shows more' })),
    alert: Type.Boolean({ description: 'Comes again until somebody acknowledges it' }),
    round: Type.Integer({ description: 'How often it was told' }),
    readAt: Nullable(Timestamp({ description: 'Null: unread' })),
    acknowledgedAt: Nullable(Timestamp({ description: 'When somebody took care; null: nobody has' })),
    createdAt: Timestamp(),
    updatedAt: Timestamp(),
    version: Type.Integer(),
  },
  { title: 'Notification' },
)
export type Notification = Static<typeof Notification>

export const NotificationSetting = Type.Object(
  {
    kind: Type.String({ description: 'What notifications are about' }),
    inbox: Type.Boolean({ description: 'Stands in the inbox' }),
    mail: Type.Boolean({ description: 'Comes by mail too' }),
  },
  { title: 'NotificationSetting' },
)
export const SettingInput = Type.Object(
  {
    inbox: Type.Boolean({ description: 'Show them in the inbox' }),
    mail: Type.Boolean({ description: 'Send them by e-mail' }),
  },
  { title: 'NotificationSettingInput', additionalProperties: false, examples: [{ inbox: true, mail: false }] },
)
export const NewNotificationInput = Type.Object(
  {
    users: Type.Optional(Type.Array(Uuid(), { maxItems: 100 })),
    roles: Type.Optional(Type.Array(Text(64), { maxItems: 20 })),
    members: Type.Optional(Type.Array(Uuid(), { maxItems: 100 })),
    kind: Kind,
    title: Text(200),
    text: Type.Optional(Type.String({ maxLength: 2000 })),
    link: Type.Optional(Text(500)),
    severity: Type.Optional(Type.Enum([...severities])),
    repeatHours: Type.Optional(Type.Integer({ minimum: 1, maximum: 720 })),
    key: Type.Optional(Text(200)),
  },
  { additionalProperties: false },
)
