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
    at: Timestamp({ description: 'When' }),
    step: Type.Enum([...steps], { description: 'Where sending stopped' }),
    code: Nullable(Type.Integer({ description: "The server's answer, such as 450" })),
    message: Type.String({ description: 'What the other side said' }),
  },
  { title: 'EmailFailure' },
)
export type Failure = Static<typeof Failure>

export const Message = Type.Object(
  {
    id: Uuid(),
    state: Type.Enum([...messageStates], { description: 'Where it stands' }),
    kind: Type.Enum([...messageKinds], { description: 'What kind of mail it is: rules of consent follow from it' }),
    template: Type.String({ description: 'Which template wrote it' }),
    language: Type.String({ description: 'It is written in' }),
    subject: Nullable(Type.String({ description: 'Null until it is rendered' })),
    to: Type.Object(
      { email: Type.String(), name: Nullable(Type.String({ description: 'Null: unknown' })) },
      { description: 'Who gets it' },
    ),
    memberId: Nullable(Uuid()),
    attempts: Type.Integer({ description: 'How often it was tried' }),
    nextAttemptAt: Nullable(Timestamp({ description: 'When it is tried again; null: it is not' })),
    failures: Type.Array(Failure, { description: 'Each attempt that failed', maxItems: 100 }),
    messageId: Nullable(Type.String({ description: 'The same at every attempt: a doubled mail is recognised by it' })),
    sentAt: Nullable(Timestamp({ description: 'When the mail server took it' })),
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
        {
          subject: Type.String({ description: 'As sent' }),
          html: Type.String({ description: 'As sent' }),
          text: Type.String({ description: 'As sent, for readers without HTML' }),
        },
        { description: 'Of a mail that has not left, for whoever may read it' },
      ),
    ),
  },
  { title: 'EmailWithContent' },
)

export const TestInput = Type.Object(
  { to: Email({ description: 'Who gets the mail' }) },
  { title: 'TestEmailInput', additionalProperties: false, examples: [{ to: 'me@example.org' }] },
)
export const TestAnswer = Type.Object(
  {
    sent: Type.Boolean({ description: 'The mail server took it' }),
    step: Nullable(Type.Enum([...steps, 'settings'], { description: 'Where it stopped; null: it was sent' })),
    code: Nullable(Type.Integer({ description: 'The answer of the mail server' })),
    message: Type.String({ description: 'What the mail server or the network said' }),
    remedy: Nullable(Type.String({ description: 'What to do: the settings to look at; null when it was sent' })),
  },
  { title: 'TestEmailAnswer' },
)
export type TestAnswer = Static<typeof TestAnswer>
