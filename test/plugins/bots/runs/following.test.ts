import t from 'tap'
import { startTestPlatform } from '#core/testing/index.ts'
import { botAtWork } from './bot-at-work.ts'

const platform = await startTestPlatform()
t.teardown(() => platform.close())

t.test('lines of a bot are followed as they come, and from where one left', async (t) => {
  const tenant = await platform.tenant('Club')
  const at = { platform, tenant, admin: await tenant.admin() }
  const bot = await botAtWork(at, `ctx.log('one'); ctx.log('two')`)
  const address = await platform.app.listen({ port: 0, host: '127.0.0.1' })
  const follow = async (lastEventId: string | null, wanted: number, meanwhile: () => Promise<unknown>) => {
    const leave = new AbortController()
    const answer = await fetch(`${address}/api/v1/bots/worker/logs`, {
      headers: {
        authorization: `Bearer ${at.admin.token}`,
        accept: 'text/event-stream',
        ...(lastEventId ? { 'last-event-id': lastEventId } : {}),
      },
      signal: leave.signal,
    })
    t.equal(answer.status, 200)
    await meanwhile()
    let text = ''
    for await (const chunk of answer.body!.pipeThrough(new TextDecoderStream())) {
      text += chunk
      if ((text.match(/^data:/gm) ?? []).length >= wanted) break
    }
    leave.abort()
    return text
  }
  const live = await follow(null, 2, () => bot.run())
  t.match(live, /"one"[\s\S]*"two"/)
  const [, first] = /^id: ?(\S+)/m.exec(live)!
  const rest = await follow(first!, 1, async () => {})
  t.match(rest, '"two"')
  t.notMatch(rest, '"one"')
})
