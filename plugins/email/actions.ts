/** What bots may do with mails and inboxes. */
import {
  Closed,
  Email,
  invalid,
  List,
  LongText,
  type NothingDone,
  Nullable,
  nothingDone,
  Problem,
  problems,
  Text,
  type Tx,
  Uuid,
} from '@guildhall/sdk'
import Type, { type Static } from 'typebox'
import { type EmailActions, type EmailContext, everywhere } from './context.ts'
import { NewNotificationInput } from './notifications/notification-schema.ts'
import { notificationsServiceFor } from './notifications/notifications.ts'
import { messageKinds, messageStates } from './outbox/message-schema.ts'
import { messageOf, readMessage } from './outbox/message-sql.ts'
import { emailServiceFor } from './outbox/outbox.ts'
import { mailPeople } from './refs.ts'
import { TemplateSummary } from './templates/template-schema.ts'
import { listTemplates } from './templates/templates.ts'

const content = {
  template: Type.Optional(Text(120, { description: 'Id of a template; or give subject and text' })),
  data: Type.Optional(Type.Record(Type.String({ maxLength: 60 }), Type.Unknown(), { maxProperties: 60 })),
  subject: Type.Optional(Text(300)),
  text: Type.Optional(LongText(20_000, { description: 'A paragraph a line' })),
  language: Type.Optional(Type.Enum(['de', 'en'])),
  kind: Type.Optional(Type.Enum([...messageKinds], { description: 'bulk carries an unsubscribe link' })),
  key: Type.Optional(Text(200, { description: 'Of two mails with the same key only the first is sent' })),
}
const SendInput = Closed({
  memberId: Type.Optional(Uuid({ description: 'The member it goes to' })),
  email: Type.Optional(Email({ description: "Instead of a member: an address, of this organisation's people" })),
  ...content,
})
const SendAnywhereInput = Closed({
  email: Email({ description: 'Any address' }),
  name: Type.Optional(Text(200)),
  ...content,
})
const SendOutput = Type.Object({ mailId: Uuid(), duplicate: Type.Boolean() })
const GetInput = Closed({ mailId: Uuid() })
const GetOutput = Type.Object({
  id: Uuid(),
  state: Type.Enum([...messageStates]),
  template: Type.String(),
  sentAt: Nullable(Type.String()),
})
const Nothing = Closed({})
const TemplatesOutput = Type.Object({ items: List(TemplateSummary, 1000) })
const NotifyOutput = Type.Object({ told: Type.Integer() })

declare module '@guildhall/sdk' {
  interface ActionRegistry {
    'email.send': { input: Static<typeof SendInput>; output: Static<typeof SendOutput> }
    'email.sendAnywhere': { input: Static<typeof SendAnywhereInput>; output: Static<typeof SendOutput> }
    'email.get': { input: Static<typeof GetInput>; output: Static<typeof GetOutput> }
    'email.listTemplates': { input: Static<typeof Nothing>; output: Static<typeof TemplatesOutput> }
    'notifications.send': { input: Static<typeof NewNotificationInput>; output: Static<typeof NotifyOutput> }
  }
}

export function emailActions(a: EmailActions): void {
  a.action({
    id: 'email.send',
    title: 'Send a mail',
    requires: 'email.send',
    effect: 'write',
    input: SendInput,
    output: SendOutput,
    perRun: 50,
    async run(ctx, tx, input) {
      await ctx.require('email.send', everywhere)
      return queue(ctx, tx, input, await recipientOf(ctx, tx, input))
    },
  })
  a.action({
    id: 'email.sendAnywhere',
    title: 'Send a mail to any address',
    requires: 'email.sendAnywhere',
    effect: 'write',
    input: SendAnywhereInput,
    output: SendOutput,
    perRun: 50,
    async run(ctx, tx, { name, ...input }) {
      await ctx.require('email.sendAnywhere', everywhere)
      return queue(ctx, tx, input, { email: input.email, name: name ?? null, language: null, memberId: null })
    },
  })
  a.action({
    id: 'email.get',
    title: 'See whether a mail has left',
    requires: 'email.read',
    effect: 'read',
    input: GetInput,
    output: GetOutput,
    perRun: 200,
    async run(ctx, tx, { mailId }) {
      await ctx.require('email.read', everywhere)
      const row = await readMessage(tx, mailId)
      if (!row) throw new Problem(problems.notFound)
      const { id, state, template, sentAt } = messageOf(row)
      return { id, state, template, sentAt }
    },
  })
  a.action({
    id: 'email.listTemplates',
    title: 'List the templates of mails',
    requires: 'email.read',
    effect: 'read',
    input: Nothing,
    output: TemplatesOutput,
    perRun: 20,
    run: async (ctx, tx) => ({ items: await listTemplates(ctx, tx) }),
  })
  a.action({
    id: 'notifications.send',
    title: "Write into people's inboxes",
    requires: 'email.notify',
    effect: 'write',
    input: NewNotificationInput,
    output: NotifyOutput,
    perRun: 50,
    async run(ctx, tx, { users, roles, members, ...rest }) {
      await ctx.require('email.notify', everywhere)
      await requireRoles(ctx, tx, roles ?? [])
      const told = await notificationsServiceFor(ctx).send(tx, {
        ...rest,
        to: { ...(users ? { users } : {}), ...(roles ? { roles } : {}), ...(members ? { members } : {}) },
      })
      if (told === 0) return nothingDone({ told })
      await tx.audit({ action: 'notifications.sent', meta: { kind: rest.kind, told } })
      return { told }
    },
  })
}

/** Whoever is told nothing of an unknown role believes that somebody was told. @throws Problem 400 */
async function requireRoles(ctx: EmailContext, tx: Tx, named: readonly string[]): Promise<void> {
  if (named.length === 0) return
  const here = (await ctx.use.access.roles(tx)).map(({ key }) => key)
  const unknown = named.findIndex((role) => !here.includes(role))
  if (unknown >= 0)
    throw invalid(`/roles/${unknown}`, `"${named[unknown]}" is not a role here (roles: ${here.join(', ')})`)
}

type Content = Omit<Static<typeof SendInput>, 'memberId' | 'email'>

type Sent = Static<typeof SendOutput>

async function queue(ctx: EmailContext, tx: Tx, input: Content, to: Recipient): Promise<Sent | NothingDone<Sent>> {
  const { template, data } = contentOf(input)
  const language = input.language ?? to.language
  const { id, duplicate } = await emailServiceFor(ctx).send(tx, {
    template,
    data: { name: to.name ?? '', ...data },
    to: { email: to.email, name: to.name },
    ...(language ? { language } : {}),
    ...(input.kind ? { kind: input.kind } : {}),
    // Keys of bots are apart from ours: none keeps a welcome or an invitation from being sent.
    ...(input.key === undefined ? {} : { key: `action:${input.key}` }),
    ...(to.memberId ? { memberId: to.memberId } : {}),
  })
  const sent = { mailId: id, duplicate }
  if (duplicate) return nothingDone(sent)
  await tx.audit({ action: 'email.queued', target: { type: 'email', id }, meta: { template } })
  return sent
}

function contentOf(input: Content): { template: string; data: Record<string, unknown> } {
  const { template, subject, text } = input
  if (template !== undefined) {
    if (subject !== undefined || text !== undefined)
      throw invalid('/template', 'Give a template, or subject and text; not both')
    return { template, data: (input.data ?? {}) as Record<string, unknown> }
  }
  if (subject === undefined || !text) throw invalid('/subject', 'Give a template, or subject and text')
  return { template: 'message', data: { subject, text } }
}

interface Recipient {
  readonly email: string
  readonly name: string | null
  readonly language: string | null
  readonly memberId: string | null
}

/** @throws Problem 400 for a member without an address, 403 for an address of nobody here, 404 */
async function recipientOf(ctx: EmailContext, tx: Tx, input: Static<typeof SendInput>): Promise<Recipient> {
  const books = ctx.contributions(mailPeople)
  if (input.memberId !== undefined) {
    if (input.email !== undefined) throw invalid('/email', 'Give a member or an address; not both')
    for (const book of books)
      for (const person of await book.byId(tx, [input.memberId])) {
        if (person.email === null) throw invalid('/memberId', 'The member has no e-mail address')
        return { ...person, email: person.email }
      }
    throw new Problem(problems.notFound, { detail: 'There is no such member.' })
  }
  const email = input.email
  if (email === undefined) throw invalid('/memberId', 'Say whom it goes to')
  for (const book of books) {
    const person = await book.byEmail(tx, email)
    if (person) return { ...person, email }
  }
  throw new Problem(problems.forbidden, {
    detail: 'The address is no member of this organisation: this needs the action email.sendAnywhere.',
  })
}
