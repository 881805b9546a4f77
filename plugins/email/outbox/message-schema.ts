import { Email, Nullable, Timestamp, Uuid } from '@guildhall/sdk'
import Type, { type Static } from 'typebox'

/**
 * queued -> sending -> sent | failed | suppressed; sending -> queued after a temporary failure; queued -> kept where no
 * server is set; queued and kept -> cancelled; failed, kept, cancelled and suppressed -> queued by hand.
 */
export const messageStates = ['queued', 'sending', 'sent', 'failed', 'suppressed', 'cancelled', 'kept'] as const
export type MessageState = (typeof messageStates)[number]
export const messageKinds = ['notice', 'bulk'] as const
/** Where an attempt ended. */
export const steps = ['template', 'resolve', 'connect', 'tls', 'auth', 'sender', 'recipient', 'data'] as const
export type Step = (typeof steps)[number]

export const Failure = Type.Object(
  {
    at: Timestamp(),
    step: Type.Enum([...steps]),
    code: Nullable(Type.Integer({ description: "The server's answer, such as 450" })),
    message: Type.String(),
  },
  { title: 'EmailFailure' },
)
export type Failure = Static<typeof Failure>

export const Message = Type.Object(
  {
    id: Uuid(),
    state: Type.Enum([...messageStates]),
    kind: Type.Enum([...messageKinds]),
    template: Type.String(),
    language: Type.String(),
    subject: Nullable(Type.String({ description: 'Null until it is rendered' })),
    to: Type.Object({ email: Type.String(), name: Nullable(Type.String()) }),
    memberId: Nullable(Uuid()),
    attempts: Type.Integer(),
    nextAttemptAt: Nullable(Timestamp()),
    failures: Type.Array(Failure, { maxItems: 100 }),
    messageId: Nullable(Type.String({ description: 'The same at every attempt: a doubled mail is recognised by it' })),
    sentAt: Nullable(Timestamp()),
    createdAt: Timestamp(),
    updatedAt: Timestamp(),
    version: Type.Integer(),
  },
  { title: 'Email' },
)
export type Message = Static<typeof Message>

export const MessageWithContent = Type.Object(
  {
    ...Message.properties,
    content: Nullable(
      Type.Object(
        { subject: Type.String(), html: Type.String(), text: Type.String() },
        { description: 'Of a mail that has not left, for whoever may read it' },
      ),
    ),
  },
  { title: 'EmailWithContent' },
)

export const TestInput = Type.Object(
  { to: Email() },
  { title: 'TestEmailInput', additionalProperties: false, examples: [{ to: 'me@example.org' }] },
)
export const TestAnswer = Type.Object(
  {
    sent: Type.Boolean(),
    step: Nullable(Type.Enum([...steps, 'settings'])),
    code: Nullable(Type.Integer()),
    message: Type.String(),
    remedy: Nullable(Type.String({ description: 'What to do: the settings to look at; null when it was sent' })),
  },
  { title: 'TestEmailAnswer' },
)
export type TestAnswer = Static<typeof TestAnswer>
