/** Sends one mail at once, past the outbox, and says at which step it failed. */
import { v7 as uuidv7 } from 'uuid'
import type { EmailContext } from '../context.ts'
import { oneAddress } from '../outbox/address.ts'
import type { TestAnswer } from '../outbox/message-schema.ts'
import { framed, renderMails } from '../templates/rendering.ts'
import { findTemplate, languageOf, textsOf } from '../templates/templates.ts'
import { frameFor } from '../templates/values.ts'
import { accountOf } from './account.ts'
import { reasonOf } from './failure.ts'
import { type FailedStep, remedyFor } from './remedy.ts'
import { Post } from './transport.ts'

/** @throws Problem 400 for an address that is none, 503 when the sandbox cannot be had */
export async function sendTest(ctx: EmailContext, to: string): Promise<TestAnswer> {
  const email = oneAddress(to, '/to')
  const { organization, texts, language } = await ctx.read(async (tx) => {
    const current = await ctx.use.organization.current(tx)
    const found = await findTemplate(ctx, tx, 'test')
    return { organization: current, ...(await textsOf(tx, found, languageOf(current.languages[0]))) }
  })
  const account = accountOf(ctx, organization.name)
  const failed = (step: FailedStep, message: string, code: number | null = null): TestAnswer => ({
    sent: false,
    step,
    code,
    message,
    remedy: remedyFor(step, {
      own: ctx.config.account !== undefined,
      username: account !== null && account.username !== '',
      oauth: account !== null && account.oauth !== null,
    }),
  })
  if (!account) return failed('settings', 'No server is set.')
  const data = {
    organization: frameFor(ctx, organization),
    recipient: { name: '', email },
    language,
    unsubscribeLink: '',
  }
  const [made] = await renderMails(ctx.use.sandbox, ctx.tenantId, { test: framed(texts) }, [{ template: 'test', data }])
  if (!made || 'problem' in made) return failed('template', made?.problem.message ?? 'The template gave nothing.')
  try {
    await using post = await Post.open(account)
    await post.send({ id: uuidv7(), to: { email, name: null }, replyTo: null, ...made, unsubscribeUrl: null })
  } catch (error) {
    const { step, code, message } = reasonOf(error)
    return failed(step, message, code)
  }
  return { sent: true, step: null, code: null, message: `${account.host} has taken the mail over.`, remedy: null }
}
