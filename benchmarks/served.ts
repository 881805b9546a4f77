/** The platform as `npm start` runs it, on the database of its environment. */
import { loadConfig } from '#core/config/index.ts'
import { createLog } from '#core/http/index.ts'
import { openPlatform } from '#core/platform.ts'
import { serve } from '#core/serve.ts'

const config = loadConfig()
const log = createLog({ level: config.log.level })
const serving = await serve(await openPlatform({ config, log, working: config.role !== 'api' }), log)
process.once('SIGTERM', () => void serving.stop().then(() => process.exit(0)))
console.log(serving.address)
