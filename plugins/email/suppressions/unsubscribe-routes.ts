/** `/unsubscribe/{token}`: the link below bulk mail, and the one click of mail programs (RFC 8058). */
import {
  Closed,
  type Lookup,
  type PlainPage,
  Problem,
  type PublicRequest,
  problems,
  Text,
  type Tx,
} from '@guildhall/sdk'
import Type from 'typebox'
import type { EmailRouter } from '../context.ts'
import { hashOf } from '../outbox/outbox.ts'
import { suppress } from './suppression-sql.ts'

const Params = Closed({ token: Text(200, { description: 'From the link in the mail' }) })
const Subscription = Type.Object(
  {
    organization: Type.String({ description: 'Its name' }),
    unsubscribed: Type.Boolean({ description: 'It sends no more of these' }),
  },
  { title: 'Subscription' },
)
const access = {
  public: true,
  because: 'the token of the mail is the credential',
  tenant: ({ params }: PublicRequest, lookup: Lookup) => lookup('email.unsubscribe_tenant', hashOf(params.token ?? '')),
} as const
const rateLimit = { max: 300, perSeconds: 600, strict: true } as const
const tags = ['E-mail suppressions'] as const

const words = {
  en: {
    ask: (name: string) => `No more mails like this from ${name}?`,
    button: 'Unsubscribe',
    done: (name: string) => `You get no more mails like this from ${name}.`,
    ended: 'This link is not known any more.',
    rather: 'Take the link of a newer mail, or ask whoever sent it to you.',
  },
  de: {
    ask: (name: string) => `Keine solchen Mails mehr von ${name}?`,
    button: 'Abbestellen',
    done: (name: string) => `Sie bekommen keine solchen Mails mehr von ${name}.`,
    ended: 'Dieser Link ist nicht mehr bekannt.',
    rather: 'Nehmen Sie den Link aus einer neueren Mail, oder bitten Sie den Absender darum.',
  },
} as const

const endedPage = (language: keyof typeof words): PlainPage => ({
  title: words[language].ended,
  text: [words[language].rather],
})

async function recipientOf(tx: Tx, token: string): Promise<{ id: string; email_key: string }> {
  const [row] = await tx.query<{ id: string; email_key: string }>(
    'SELECT m.id, m.email_key FROM email.message m WHERE m.tenant_id = $1 AND m.unsubscribe_hash = $2',
    [tx.tenantId, hashOf(token)],
  )
  if (!row) throw new Problem(problems.notFound)
  return row
}

export function unsubscribeRoutes(r: EmailRouter): void {
  r.route({
    method: 'GET',
    url: '/unsubscribe/:token',
    access,
    rateLimit,
    summary: 'Show what unsubscribing means',
    description: 'Changes nothing, however often scanners of mails follow the link.',
    tags,
    schema: { params: Params, response: Subscription },
    page: (outcome, { language }): PlainPage => {
      if (!('answer' in outcome)) return endedPage(language)
      const { organization, unsubscribed } = outcome.answer
      const { ask, done, button } = words[language]
      return unsubscribed ? { title: done(organization) } : { title: ask(organization), button }
    },
    handler: (ctx, { params }) =>
      ctx.read(async (tx) => {
        const { email_key } = await recipientOf(tx, params.token)
        const [row] = await tx.query('SELECT 1 FROM email.suppression s WHERE s.tenant_id = $1 AND s.email_key = $2', [
          tx.tenantId,
          email_key,
        ])
        return { organization: (await ctx.use.organization.current(tx)).name, unsubscribed: row !== undefined }
      }),
  })
  r.route({
    method: 'POST',
    url: '/unsubscribe/:token',
    access,
    rateLimit,
    summary: 'Unsubscribe from bulk mail, by one click',
    description: 'Twice changes nothing. Mail programs post `List-Unsubscribe=One-Click` (RFC 8058).',
    tags,
    schema: {
      params: Params,
      body: Type.Object(
        {
          'List-Unsubscribe': Type.Optional(
            Type.String({ maxLength: 40, examples: ['One-Click'], description: 'Of mail programs' }),
          ),
        },
        { additionalProperties: false },
      ),
      response: Subscription,
    },
    status: 200,
    page: (outcome, { language }): PlainPage =>
      'answer' in outcome ? { title: words[language].done(outcome.answer.organization) } : endedPage(language),
    handler: (ctx, { params }) =>
      ctx.transaction(async (tx) => {
        const { id, email_key } = await recipientOf(tx, params.token)
        await suppress(tx, { emailKey: email_key, reason: 'unsubscribed' })
        await tx.audit({ action: 'email.unsubscribed', target: { type: 'email', id } })
        return { organization: (await ctx.use.organization.current(tx)).name, unsubscribed: true }
      }),
  })
}
