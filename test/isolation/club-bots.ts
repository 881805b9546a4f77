/** Bots of a club, and their runs. */
import { botSource, botSpec } from '../support/written-bot.ts'
import type { Club } from './club.ts'

/** Published, in as many versions as are named. */
export const bot =
  (...versions: readonly string[]) =>
  async (club: Club) => {
    const botId = club.text('bot')
    for (const version of versions.length > 0 ? versions : ['1.0.0'])
      await club.post('/api/v1/bots', {
        source: botSource(
          botSpec({ id: botId, version, title: club.text('title'), description: club.text('described') }),
        ),
      })
    return botId
  }
export const installation =
  (...versions: readonly string[]) =>
  async (club: Club) => {
    const botId = await bot(...versions)(club)
    await club.post(`/api/v1/bots/${botId}/configure`, {
      version: versions[0] ?? '1.0.0',
      config: { greeting: club.text('hello') },
      consent: { actions: ['members.get'], hosts: [] },
    })
    return botId
  }
export const upgraded = async (club: Club) => {
  const botId = await installation('1.0.0', '1.1.0')(club)
  await club.post(`/api/v1/bots/${botId}/upgrade`, {})
  return botId
}

/** Waiting in the queue, or as if it had failed. */
export const botRun =
  (status: 'queued' | 'failed') =>
  async (club: Club): Promise<string> => {
    const runId = (await club.post(`/api/v1/bots/${await club.one('installation')}/run`, {})).id
    if (status === 'failed')
      await club.tenant.unit((tx) =>
        tx.query(`UPDATE bots.run SET status = $3, reason = $4 WHERE tenant_id = $1 AND id = $2`, [
          tx.tenantId,
          runId,
          status,
          club.text('reason'),
        ]),
      )
    return runId
  }
export const startedBy = (triggers: object) => async (club: Club) => {
  const spec = botSpec({ id: club.text('bot'), triggers })
  await club.post('/api/v1/bots', { source: botSource(spec) })
  await club.post(`/api/v1/bots/${spec.id}/configure`, { consent: { actions: ['members.get'], hosts: [] } })
  return spec.id
}
/** Asked for, with the bot it belongs to: `bot/rehearsal`. */
export const rehearsal = async (club: Club): Promise<string> => {
  const botId = await installation()(club)
  return `${botId}/${(await club.post(`/api/v1/bots/${botId}/rehearsals`, { days: 1 })).id}`
}
