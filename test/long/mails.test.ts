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
const idOf = (messageId: string) => messageId.slice(1, messageId.indexOf('@'))

t.test('of ten thousand mails with one in twenty refused for the moment each is delivered exactly once', async (t) => {
  let seen = 0
  let refused = 0
  await using office = await PostOffice.open({
    answer: () => {
      if (++seen % 20 !== 0) return
      refused++
      throw says(451, '4.3.2 Try again later')
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
})

t.test('killed while it sends, a process loses no mail and doubles only what was on the wire', async (t) => {
  const kills = 4
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
  for (let i = 0; i < kills; i++) {
    const before = office.received.length
    due = 37
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
  t.comment(`${doubled} doubled by ${kills} kills`)
  t.ok(doubled <= kills * atOnce, `at most ${atOnce} a kill`)
})
