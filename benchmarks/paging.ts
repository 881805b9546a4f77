/** An organisation of 110,000 members: its page 4,000 against its page 1, in turns. At most 1.5 times. */
import { createLog } from '#core/http/index.ts'
import { serve } from '#core/serve.ts'
import { type Ground, prepareGround } from './ground.ts'
import { median } from './processes.ts'

const deepPage = 4_000
const rounds = 40

export async function paging(): Promise<void> {
  const ground = await prepareGround()
  try {
    const { token } = await ground.organization('large', 110_000)
    await measure(ground, token)
  } finally {
    await ground.close()
  }
}

async function measure(ground: Ground, token: string): Promise<void> {
  const serving = await serve({ ...ground.platform, close: async () => {} }, createLog({ level: 'error' }))
  const page = async (cursor: string | null): Promise<{ next: string | null; ms: number }> => {
    const url = `/api/v1/members?sort=lastName&limit=25${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`
    const from = performance.now()
    const answer = await serving.app.inject({ url, headers: { authorization: `Bearer ${token}` } })
    const ms = performance.now() - from
    if (answer.statusCode !== 200) throw new Error(`${answer.statusCode} ${answer.body}`)
    return { next: answer.json().page.nextCursor, ms }
  }
  let cursor: string | null = null
  for (let passed = 0; passed < (deepPage - 1) * 25; passed += 25) cursor = (await page(cursor)).next
  for (let n = 0; n < 10; n++) await page(n % 2 ? cursor : null)
  const [first, deep]: [number[], number[]] = [[], []]
  for (let n = 0; n < rounds; n++) {
    first.push((await page(null)).ms)
    deep.push((await page(cursor)).ms)
  }
  const ratio = median(deep) / median(first)
  console.log(
    `page 1: ${median(first).toFixed(2)} ms   page ${deepPage}: ${median(deep).toFixed(2)} ms   ratio ${ratio.toFixed(2)} (wanted: at most 1.5)`,
  )
  await serving.stop()
}
