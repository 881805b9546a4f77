/** Tells people what became of a bot, each way they were promised to hear of it. Outside any unit of work of the run. */
import { isProblem } from '@guildhall/sdk'
import type { BotsContext } from '../../context.ts'
import type { Installation, ToldPeople } from '../../installations/stored.ts'
import { checkUrl, type Outside } from '../http/request.ts'
import { memberAddress } from './member-address.ts'
import type { mailTemplates } from './templates.ts'

export interface News {
  readonly template: (typeof mailTemplates)[number]['id']
  /** Such as `bots.failed`: people switch kinds off. */
  readonly kind: string
  readonly severity: 'info' | 'warning' | 'critical'
  readonly title: string
  readonly text: string
  /** Once for each key, however often the job runs. */
  readonly key: string
  /** Page of the bot. */
  readonly link: string
  /** For mails and for the address that is called: ids and counts, nothing of a person. */
  readonly data: Readonly<Record<string, unknown>>
}

export async function tellPeople(
  ctx: BotsContext,
  installation: Installation,
  told: ToldPeople,
  news: News,
  outside: Outside,
): Promise<void> {
  // An inbox also mails whoever wants it by mail; people named by role can be reached no other way.
  if (told.by.includes('inbox') || (told.by.includes('mail') && told.roles?.length)) await toInboxes(ctx, told, news)
  if (told.by.includes('mail')) await byMail(ctx, installation, told, news)
  if (told.by.includes('webhook') && told.url) await toAddress(ctx, told.url, news, outside)
}

async function toInboxes(ctx: BotsContext, told: ToldPeople, news: News): Promise<void> {
  const { notifications } = ctx.use
  if (!notifications) return
  const { kind, title, text, link, severity, key } = news
  const to = { roles: told.roles ?? [], members: told.members ?? [] }
  if (to.roles.length + to.members.length === 0) return
  await ctx.transaction((tx) => notifications.send(tx, { to, kind, title, text, link, severity, key }))
}

async function byMail(ctx: BotsContext, installation: Installation, told: ToldPeople, news: News): Promise<void> {
  const { email } = ctx.use
  if (!email) return
  const addresses = [...(told.addresses ?? [])]
  for (const memberId of told.members ?? []) {
    const address = await memberAddress(ctx, installation, memberId)
    if (address) addresses.push(address)
  }
  for (const address of new Set(addresses)) {
    try {
      await ctx.transaction((tx) =>
        email.send(tx, {
          template: news.template,
          to: { email: address },
          key: `${news.key}:${address}`,
          data: { ...news.data, title: news.title, text: news.text, link: ctx.use.links.frontend(news.link) },
        }),
      )
    } catch (error) {
      // One address that cannot be written to keeps nobody else from hearing.
      if (!isProblem(error)) throw error
      ctx.log.warn({ installationId: installation.id, problem: error.kind.type }, 'a mail about a bot was refused')
    }
  }
}

async function toAddress(ctx: BotsContext, url: string, news: News, outside: Outside): Promise<void> {
  const { kind, severity, title, text, key, data } = news
  try {
    await outside.send(
      {
        url: checkUrl(url, () => true),
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': key },
        body: JSON.stringify({ kind, severity, title, text, link: ctx.use.links.frontend(news.link), ...data }),
      },
      ctx.signal,
    )
  } catch (error) {
    ctx.log.warn({ err: error, key }, 'an address that wants to hear of a bot was not reached')
  }
}
