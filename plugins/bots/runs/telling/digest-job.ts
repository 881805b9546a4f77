/** Once a day or week: what a bot did since. */
import { type Jobs, Timestamp, type Tx } from '@guildhall/sdk'
import Type from 'typebox'
import type { BotsContext } from '../../context.ts'
import { allInstallations, type Installation } from '../../installations/stored.ts'
import { digestJob } from '../../job-names.ts'
import type { Outside } from '../http/request.ts'
import { tellPeople } from './telling.ts'
import { type Counts, type TellingWords, tellingWords } from './telling-words.ts'

const day = 86_400_000

export function digestJobs(j: Jobs<BotsContext>, o: { outside: Outside }): void {
  j.job({
    id: digestJob,
    title: 'Send the digests of bots',
    input: Type.Object({ scheduledFor: Timestamp() }, { additionalProperties: false }),
    timeoutMs: 300_000,
    attempts: 3,
    outside: true,
    schedule: {
      cron: '0 7 * * *',
      timezone: 'tenant',
      input: ({ scheduledFor }) => ({ scheduledFor: scheduledFor.toISOString() }),
    },
    run: async (ctx, { scheduledFor }) => {
      const at = new Date(scheduledFor)
      const { monday, wanted, words } = await ctx.read(async (tx) => ({
        words: await tellingWords(ctx, tx),
        monday: await isMonday(ctx, tx),
        wanted: (await allInstallations(tx)).filter(({ notifications }) => notifications.digest),
      }))
      for (const installation of wanted) {
        const { digest } = installation.notifications
        if (!digest || (digest.every === 'week' && !monday)) continue
        const since = new Date(at.getTime() - (digest.every === 'week' ? 7 : 1) * day)
        const text = await ctx.read((tx) => sentence(tx, words, installation, since, at))
        const { key, id, manifest } = installation
        await tellPeople(
          ctx,
          installation,
          digest,
          {
            template: 'bots.digest',
            kind: 'bots.digest',
            severity: 'info',
            title: words.lately(words.titleOf(manifest), digest.every === 'week' ? 'week' : 'day'),
            text,
            key: `bots.digest:${id}:${scheduledFor}`,
            link: `/bots/${key}`,
            data: { bot: key, installationId: id },
          },
          o.outside,
        )
      }
    },
  })
}

async function isMonday(ctx: BotsContext, tx: Tx): Promise<boolean> {
  return new Date(`${await ctx.use.organization.today(tx)}T00:00:00Z`).getUTCDay() === 1
}

async function sentence(
  tx: Tx,
  words: TellingWords,
  { id, enabled }: Installation,
  since: Date,
  until: Date,
): Promise<string> {
  const [row] = await tx.query<Counts>(
    `SELECT count(*)::int AS total, count(*) FILTER (WHERE r.status = 'ok')::int AS ok,
            count(*) FILTER (WHERE r.status IN ('failed', 'discarded'))::int AS failed
       FROM bots.run r WHERE r.tenant_id = $1 AND r.installation_id = $2 AND r.mode = 'live'
        AND r.queued_at >= $3 AND r.queued_at < $4`,
    [tx.tenantId, id, since, until],
  )
  const runs = words.counts(row ?? { total: 0, ok: 0, failed: 0 })
  return enabled ? runs : `${runs} ${words.isOff}`
}
