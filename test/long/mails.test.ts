import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { startTestPlatform, type TestPlatform, type TestTenant } from '#core/testing/index.ts'
import { emailService } from '#plugins/email/refs.ts'
import { atOnce } from '#plugins/email/sending/transport.ts'
import { PostOffice, says } from '../plugins/email/post-office.ts'

t.setTimeout(1_100_000)

const minute = 60_000

async function fill(club: TestTenant, count: number): Promise<Set<string>> {
  const service = await club.service(emailService)
  const ids = new Set<string>()
  for (let from = 0; from < count; from += 500)
    await club.unit(async (tx) => {
      for (let i = from; i < Math.min(count, from + 500); i++) {
        const to = { email: `reader${i}@example.org`, name: `Reader ${i}` }
        const data = { subject: `Number ${i}`, text: 'The news of the month' }
        ids.add((await service.send(tx, { template: 'message', to, data })).id)
      }
    })
  return ids
}
const waiting = (club: TestTenant) =>
  club.unit(async (tx) => {
    const [row] = await tx.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM email.message WHERE tenant_id = $1 AND state IN ('queued', 'sending')`,
      [tx.tenantId],
    )
    return row!.n
  })
async function nextMinute(platform: TestPlatform, club: TestTenant): Promise<void> {
  await platform.advance(minute + 100)
  await club.unit((tx) => tx.enqueue('email.deliver', {}))
  const { failures } = await platform.drain()
  if (failures[0]) throw failures[0]
}
const counted = (office: PostOffice): Map<string, number> => {
  const counts = new Map<string, number>()
  for (const { messageId } of office.received) counts.set(messageId, (counts.get(messageId) ?? 0) + 1)
  return counts
}
/** Mails that reached somebody else than whom they are for, or say what is for somebody else. */
const astray = (office: PostOffice): string[] =>
  office.received
    .filter(({ to, mail }) => {
      const n = /^Number (\d+)$/.exec(mail.subject ?? '')?.[1]
      return to.length !== 1 || to[0] !== `reader${n}@example.org`
    })
    .map(({ to, mail }) => `${to.join(', ')}: ${mail.subject}`)
/** What the outbox believes: how many mails stand where, how often they were tried, how often that failed. */
const believed = (club: TestTenant) =>
  club.unit((tx) =>
    tx.query(
      `SELECT state, count(*)::int AS mails, sum(attempts)::int AS attempts, sum(jsonb_array_length(failures))::int AS failures
         FROM email.message WHERE tenant_id = $1 GROUP BY state`,
      [tx.tenantId],
    ),
  )
const idOf = (messageId: string) => messageId.slice(1, messageId.indexOf('@'))

t.test('of ten thousand mails with one in twenty refused for the moment each is delivered exactly once', async (t) => {
  let seen = 0
  let refused = 0
  /** In turn before the server has the mail and after: nothing is lost or sent twice by where it said no. */
  const nowAndThen = (said: Error): Error | undefined => {
    if (++seen % 40 !== 0) return
    refused++
    return said
  }
  await using office = await PostOffice.open({
    onRcptTo: (_to, _session, callback) => callback(nowAndThen(says(450, '4.2.1 The mailbox is busy'))),
    answer: () => {
      const said = nowAndThen(says(451, '4.3.2 Try again later'))
      if (said) throw said
    },
  })
  await using platform = await startTestPlatform({ mail: office.settings() })
  const club = await platform.tenant('Newsletter')
  const ids = await fill(club, 10_000)
  const started = performance.now()
  for (let left = await waiting(club); left > 0; left = await waiting(club)) await nextMinute(platform, club)
  t.comment(`${Math.round((performance.now() - started) / 1000)} s, ${refused} refused for the moment`)
  const counts = counted(office)
  t.equal(counts.size, 10_000)
  t.same(new Set([...counts.keys()].map(idOf)), ids)
  t.same(
    [...counts.values()].filter((n) => n !== 1),
    [],
  )
  t.ok(refused >= 500, `${refused} refusals`)
  t.same(astray(office), [], 'each at whom it is for')
  t.same(
    await believed(club),
    [{ state: 'sent', mails: 10_000, attempts: 10_000 + refused, failures: refused }],
    'and the outbox knows: no refusal is forgotten, no attempt was made in vain',
  )
})

t.test('killed while it sends, a process loses no mail and doubles only what was on the wire', async (t) => {
  /** At which mail: the first, some between, the last of a minute. */
  const kills = [1, 37, 64, 100]
  let kill = () => {}
  let due = Number.POSITIVE_INFINITY
  await using office = await PostOffice.open({
    // The server has the mail and is about to say so: the worst moment.
    answer: () => {
      if (--due === 0) kill()
    },
  })
  const mail = office.settings()
  await using platform = await startTestPlatform({ mail })
  const club = await platform.tenant('Killed')
  const ids = await fill(club, 300)
  const [role] = await club.unit((tx) =>
    tx.query<{ name: string }>(`SELECT name FROM app.role_name WHERE purpose = 'rw'`),
  )
  for (const mailsUntil of kills) {
    const before = office.received.length
    due = mailsUntil
    const child = spawn(process.execPath, [fileURLToPath(new URL('mail-kill.child.ts', import.meta.url))], {
      env: {
        ...process.env,
        MAILS_TO_SEND: JSON.stringify({
          ownerUrl: platform.ownerUrl,
          dataDir: platform.dataDir,
          roleOwner: role!.name.replace(/_rw$/, ''),
          tenantId: club.id,
          now: platform.clock.now().toISOString(),
          mail,
        }),
      },
      stdio: ['ignore', 'inherit', 'inherit'],
    })
    kill = () => child.kill('SIGKILL')
    const [, signal] = await once(child, 'exit')
    t.equal(signal, 'SIGKILL', `killed after ${office.received.length - before} mails`)
    due = Number.POSITIVE_INFINITY
    // What the dead one held is free when its lease has run out.
    await platform.advance(4 * minute)
  }
  for (let left = await waiting(club); left > 0; left = await waiting(club)) await nextMinute(platform, club)
  const counts = counted(office)
  t.same(new Set([...counts.keys()].map(idOf)), ids, 'none is lost')
  const doubled = [...counts.values()].reduce((sum, n) => sum + n - 1, 0)
  t.comment(`${doubled} doubled by ${kills.length} kills`)
  t.ok(doubled <= kills.length * atOnce, `at most ${atOnce} a kill`)
  t.same(astray(office), [])
  t.match(await believed(club), [{ state: 'sent', mails: 300, failures: 0 }], 'and nothing is thought to have failed')
})
