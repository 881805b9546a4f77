/**
 * One run of the job: takes what is due, a batch at a time, and hands it to the server. No unit of work is open while
 * the sandbox renders or the server is spoken to. What it leaves, a later run finds.
 */
import type { EmailContext } from '../context.ts'
import { deliverJob } from '../job-names.ts'
import { mailFailed, mailSent } from '../refs.ts'
import { suppress, suppressedAmong } from '../suppressions/suppression-sql.ts'
import { type Account, accountOf, platformAccountOf } from './account.ts'
import { type Claimed, claim, keepRendered, markFailed, markSent, markState, nextDue, room } from './claim-sql.ts'
import { type Reason, reasonOf } from './failure.ts'
import { type Prepared, prepare } from './prepare.ts'
import { atOnce, messageIdOf, Post } from './transport.ts'

const batch = 100
/** A run ends well before the lease of its first batch could. */
const runMs = 90_000
const mostAMinute = 100

export async function deliver(ctx: EmailContext): Promise<void> {
  const { name } = await ctx.read((tx) => ctx.use.organization.current(tx))
  const carriers = { ordinary: accountOf(ctx, name), confidential: platformAccountOf(ctx, name) }
  const until = performance.now() + runMs
  let waitUntil: Date | null = null
  while (performance.now() < until && !ctx.signal.aborted) {
    const { mails, full } = await take(ctx, carriers)
    waitUntil = full
    if (mails.length === 0) break
    await handle(ctx, carriers, mails, until)
  }
  await comeBack(ctx, waitUntil)
}

/** Who carries what; null: it stays in the outbox. */
interface Carriers {
  readonly ordinary: Account | null
  readonly confidential: Account | null
}
const carrierOf = (carriers: Carriers, { confidential }: Claimed): Account | null =>
  confidential ? carriers.confidential : carriers.ordinary

/** The next batch that may go. `full`: the minute is used up, and when the next one begins. */
function take(ctx: EmailContext, carriers: Carriers): Promise<{ mails: Claimed[]; full: Date | null }> {
  return ctx.transaction(async (tx) => {
    if (!carriers.ordinary) return { mails: await claim(tx, batch, { counted: false }), full: null }
    const { left, endsAt } = await room(tx, Math.min(mostAMinute, ctx.config.mailsAMinute ?? mostAMinute))
    if (left === 0) return { mails: [], full: endsAt }
    return { mails: await claim(tx, Math.min(left, batch), { counted: true }), full: null }
  })
}

async function handle(ctx: EmailContext, carriers: Carriers, mails: readonly Claimed[], until: number): Promise<void> {
  const wanted = await withoutSuppressed(ctx, mails)
  const prepared = await prepare(ctx, wanted).catch(async (error: unknown) => {
    await putBack(ctx, wanted)
    throw error
  })
  await ctx.transaction(async (tx) => {
    await keepRendered(
      tx,
      prepared.flatMap(({ mail, keep }) => (keep ? [{ id: mail.id, claim: mail.claim, ...keep }] : [])),
    )
    for (const { mail, outcome } of prepared)
      if (!carrierOf(carriers, mail) && 'letter' in outcome) await markState(tx, mail, 'kept', { uncounted: true })
  })
  const record = recorder(ctx)
  for (const { mail, outcome } of prepared) if ('reason' in outcome) await record.failed(mail, outcome.reason)
  for (const account of new Set([carriers.ordinary, carriers.confidential])) {
    const its = prepared.filter(({ mail }) => carrierOf(carriers, mail) === account)
    if (account) await sendAll(ctx, account, its, until, record)
  }
}

async function withoutSuppressed(ctx: EmailContext, mails: readonly Claimed[]): Promise<readonly Claimed[]> {
  return ctx.transaction(async (tx) => {
    const reasons = await suppressedAmong(
      tx,
      mails.map(({ email_key }) => email_key),
    )
    // The list is the organisation's; what proves who reads a mailbox is not for it to hold back.
    const spared = mails.filter(({ email_key, kind, confidential }) => {
      if (confidential) return false
      const reason = reasons.get(email_key)
      return reason !== undefined && (reason !== 'unsubscribed' || kind === 'bulk')
    })
    for (const mail of spared) await markState(tx, mail, 'suppressed', { uncounted: true })
    return mails.filter((mail) => !spared.includes(mail))
  })
}

const putBack = (ctx: EmailContext, mails: readonly Claimed[]) =>
  ctx.transaction(async (tx) => {
    for (const mail of mails) await markState(tx, mail, 'queued', { uncounted: true })
  })

async function sendAll(
  ctx: EmailContext,
  account: Account,
  prepared: readonly Prepared[],
  until: number,
  record: Recorder,
): Promise<void> {
  const waiting = prepared.filter(({ outcome }) => 'letter' in outcome)
  if (waiting.length === 0) return
  let post: Post
  try {
    post = await Post.open(account)
  } catch (error) {
    for (const { mail } of waiting) await record.failed(mail, reasonOf(error))
    return
  }
  await using open = post
  const unsent: Claimed[] = []
  const one = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const { mail, outcome } = next
      if (!('letter' in outcome)) continue
      if (ctx.signal.aborted || performance.now() > until) {
        unsent.push(mail)
        continue
      }
      try {
        await open.send(outcome.letter)
      } catch (error) {
        await record.failed(mail, reasonOf(error))
        continue
      }
      await record.sent(mail, messageIdOf(mail.id, account.from.email))
    }
  }
  await Promise.all(Array.from({ length: atOnce }, one))
  if (unsent.length > 0) await putBack(ctx, unsent)
}

interface Recorder {
  sent(mail: Claimed, messageId: string): Promise<void>
  failed(mail: Claimed, reason: Reason): Promise<void>
}

/** A mark of its own for each mail, at once: what is marked cannot double. One unit of work at a time. */
function recorder(ctx: EmailContext): Recorder {
  let last: Promise<unknown> = Promise.resolve()
  const inTurn = (fn: () => Promise<void>): Promise<void> => {
    const mine = last.then(fn)
    last = mine.catch(() => {})
    return mine
  }
  return {
    sent: (mail, messageId) =>
      inTurn(() =>
        ctx.transaction(async (tx) => {
          if (await markSent(tx, mail, messageId)) await tx.emit(mailSent, { mailId: mail.id, template: mail.template })
        }),
      ),
    failed: (mail, reason) =>
      inTurn(() =>
        ctx.transaction(async (tx) => {
          if (reason.bounced) await suppress(tx, { emailKey: mail.email_key, reason: 'bounced', note: reason.message })
          if (await markFailed(tx, mail, reason))
            await tx.emit(mailFailed, { mailId: mail.id, template: mail.template })
        }),
      ),
  }
}

/** Mails that wait for their time or for room get a run of their own; many runs that find the same make one. */
async function comeBack(ctx: EmailContext, full: Date | null): Promise<void> {
  await ctx.transaction(async (tx) => {
    const due = await nextDue(tx)
    if (due === null) return
    const now = tx.now().getTime()
    const at = new Date(Math.max(due.getTime(), full?.getTime() ?? 0, now))
    await tx.enqueue(deliverJob, {}, { runAt: at, key: `at:${Math.ceil(at.getTime() / 1000)}` })
  })
}
