/** Memory of the server process as `npm start` runs it, a while after the start, with nobody asking. At most 150 MB. */
import { readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { servedEnvironment } from './api.ts'
import { prepareGround } from './ground.ts'
import { start } from './processes.ts'

const settleMs = 20_000

export async function idle(): Promise<void> {
  const ground = await prepareGround()
  try {
    const platform = await start('./served.ts', {
      env: { ...servedEnvironment(ground), NODE_ENV: 'development', FRONTEND_URL: '' },
    })
    await fetch(`${platform.address}/health/ready`)
    await pause(settleMs)
    const rss = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${platform.process.pid}/status`, 'utf8'))?.[1]) / 1024
    console.log(`idle: ${rss.toFixed(0)} MB (wanted: at most 150)`)
    await platform.stop()
  } finally {
    await ground.close()
  }
}
