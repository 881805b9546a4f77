import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { type Output, UsageError } from '../terminal/output.ts'
import { withApi } from '../workshop/api.ts'
import { botFile } from '../workshop/bot-module.ts'
import { withPlatform } from '../workshop/open.ts'
import { findOrganization } from '../workshop/organization.ts'
import { type ServerChoice, withServer } from '../workshop/server-api.ts'

export interface PublishedBot {
  readonly id: string
  readonly version: string
  readonly hash: string
  readonly unchanged: boolean
}

/** A bot's file, or the `bot.ts` or `bot.js` of its folder, as publishing takes it. */
export async function readBotSource(path: string): Promise<{ source: string; fileName: string }> {
  const file = await botFile(path)
  return { source: await readFile(file, 'utf8'), fileName: basename(file) }
}

/** Makes a version of what a file says; with `--org` also where no server runs. */
export async function run(o: ServerChoice, output: Output, [path = '.']: readonly string[]): Promise<void> {
  const { org = '' } = o
  if (o.url === undefined && org === '')
    throw new UsageError('Say which organisation: --org <slug>, or --url and --token')
  const body = await readBotSource(path)
  const published = await (o.url === undefined
    ? withPlatform(async (workshop) => {
        const { id } = await findOrganization(workshop.runtime, org)
        return withApi(workshop, id, async (api) => (await api.call('POST', '/bots', body)).json() as PublishedBot)
      })
    : withServer(o, (api) => api.call<PublishedBot>('POST', '/bots', body)))
  const said = published.unchanged ? 'stands already, unchanged' : 'is published'
  output.result(published, `${published.id} ${published.version} ${said}.`)
}
