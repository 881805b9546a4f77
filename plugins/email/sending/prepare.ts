/** From what is kept sealed to letters: rendered once, in the sandbox, many at a time. */
import type { Organization } from '@guildhall/sdk'
import type { EmailContext } from '../context.ts'
import { sealPlace } from '../outbox/outbox.ts'
import { framed, renderMails, type Texts } from '../templates/rendering.ts'
import { asShipped, findTemplate, languageOf, textsOf } from '../templates/templates.ts'
import { frameFor } from '../templates/values.ts'
import type { Claimed } from './claim-sql.ts'
import type { Reason } from './failure.ts'
import type { Letter } from './transport.ts'

export interface Prepared {
  readonly mail: Claimed
  readonly outcome: { readonly letter: Letter } | { readonly reason: Reason }
  /** To be kept with the mail; null where it was rendered before. */
  readonly keep: { readonly subject: string; readonly rendered: string } | null
}

interface Sealed extends Texts {
  readonly token: string | null
}

/** @throws when the sandbox cannot be had */
export async function prepare(ctx: EmailContext, mails: readonly Claimed[]): Promise<readonly Prepared[]> {
  const fresh = mails.filter(({ rendered }) => rendered === null)
  const made = new Map((fresh.length > 0 ? await render(ctx, fresh) : []).map((one) => [one.mail.id, one]))
  return mails.map((mail) => made.get(mail.id) ?? kept(ctx, mail))
}

function kept(ctx: EmailContext, mail: Claimed): Prepared {
  try {
    return { mail, keep: null, outcome: { letter: letterOf(ctx, mail, unsealed(ctx, mail)) } }
  } catch {
    return failed(mail, lost)
  }
}

/** Sealed with another master key, or with none of its words left. */
const lost = 'What it says can no longer be read.'

async function render(ctx: EmailContext, mails: readonly Claimed[]): Promise<Prepared[]> {
  const { templates, organization, gone } = await gather(ctx, mails)
  const present = mails.filter((mail) => !gone.has(nameOf(mail)))
  const orders = present.flatMap((mail) => {
    const order = orderOf(ctx, organization, mail)
    return order ? [{ mail, ...order }] : []
  })
  const unread = present.filter((mail) => !orders.some((order) => order.mail === mail))
  const texts = await renderMails(
    ctx.use.sandbox,
    ctx.tenantId,
    templates,
    orders.map(({ template, data }) => ({ template, data })),
  )
  const done = orders.map(({ mail, token }, i): Prepared => {
    const made = texts[i]!
    if ('problem' in made) {
      const { part, line, message, again } = made.problem
      return failed(mail, `${part}${line === null ? '' : ` line ${line}`}: ${message}`, again)
    }
    const sealed = { ...made, token }
    return {
      mail,
      outcome: { letter: letterOf(ctx, mail, sealed) },
      keep: { subject: made.subject, rendered: ctx.use.seals.seal(sealPlace(mail.id), JSON.stringify(sealed)) },
    }
  })
  return [
    ...done,
    ...unread.map((mail) => failed(mail, lost)),
    ...mails.filter((mail) => gone.has(nameOf(mail))).map((mail) => failed(mail, 'The template is gone.')),
  ]
}

const failed = (mail: Claimed, message: string, again = false): Prepared => ({
  mail,
  keep: null,
  outcome: {
    reason: { step: 'template', code: null, message: message.slice(0, 300), permanent: !again, bounced: false },
  },
})

const nameOf = (mail: Claimed): string => `${mail.template}/${mail.language}${mail.confidential ? '/shipped' : ''}`

/** The words of each template in use, framed, in one unit of work. */
async function gather(ctx: EmailContext, mails: readonly Claimed[]) {
  return ctx.read(async (tx) => {
    const organization = await ctx.use.organization.current(tx)
    const templates: Record<string, Texts> = {}
    const gone = new Set<string>()
    for (const mail of mails) {
      const name = nameOf(mail)
      if (templates[name] || gone.has(name)) continue
      const found = await findTemplate(ctx, tx, mail.template)
        .then((one) => (mail.confidential ? asShipped(one) : one))
        .catch(() => null)
      if (found) templates[name] = framed((await textsOf(tx, found, languageOf(mail.language))).texts)
      else gone.add(name)
    }
    return { organization, templates, gone }
  })
}

interface Said {
  readonly data: Record<string, unknown>
  readonly token: string | null
}
function saidBy(ctx: EmailContext, mail: Claimed): Said | null {
  try {
    return JSON.parse(ctx.use.seals.unseal(sealPlace(mail.id), mail.data!)) as Said
  } catch {
    return null
  }
}

function orderOf(ctx: EmailContext, organization: Organization, mail: Claimed) {
  const said = saidBy(ctx, mail)
  if (!said) return null
  const { data, token } = said
  return {
    template: nameOf(mail),
    token,
    data: {
      ...data,
      organization: frameFor(ctx, organization),
      recipient: { name: mail.recipient_name ?? '', email: mail.recipient },
      language: mail.language,
      unsubscribeLink: token === null ? '' : unsubscribeUrl(ctx, token),
    },
  }
}

export const unsubscribeUrl = (ctx: EmailContext, token: string): string =>
  ctx.use.links.frontend(`/api/v1/unsubscribe/${token}`)

export const unsealed = (ctx: EmailContext, mail: Pick<Claimed, 'id' | 'rendered'>): Sealed =>
  JSON.parse(ctx.use.seals.unseal(sealPlace(mail.id), mail.rendered!)) as Sealed

const letterOf = (ctx: EmailContext, mail: Claimed, sealed: Sealed): Letter => ({
  id: mail.id,
  to: { email: mail.recipient, name: mail.recipient_name },
  replyTo: mail.reply_to ?? ctx.config.replyTo ?? null,
  subject: sealed.subject,
  html: sealed.html,
  text: sealed.text,
  unsubscribeUrl: sealed.token === null ? null : unsubscribeUrl(ctx, sealed.token),
})
