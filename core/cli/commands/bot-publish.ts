import { readFile, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Output } from '../terminal/output.ts'
import { withApi } from '../workshop/api.ts'
import { withPlatform } from '../workshop/open.ts'
import { findOrganization } from '../workshop/organization.ts'
import { type ServerChoice, withServer } from '../workshop/server-api.ts'

export interface PublishedBot {
  readonly id: string
  readonly version: string
  readonly hash: string
}

/** A bot's file, or the `bot.ts` of its folder. */
export async function readBotSource(path: string): Promise<{ source: string; fileName: string }> {
  const file = (await stat(path)).isDirectory() ? join(path, 'bot.ts') : path
  return { source: await readFile(file, 'utf8'), fileName: basename(file) }
}

/** Makes a version of what a file says; with `--org` also where no server runs. */
export async function run(o: ServerChoice, output: Output, [path = 'bot.ts']: readonly string[]): Promise<void> {
  const body = await readBotSource(path)
  const published = await (o.url === undefined
    ? withPlatform(async (workshop) => {
        const { id } = await findOrganization(workshop.runtime, o.org ?? '')
        return withApi(workshop, id, async (api) => (await api.call('POST', '/bots', body)).json() as PublishedBot)
      })
    : withServer(o, (api) => api.call<PublishedBot>('POST', '/bots', body)))
  output.result(published, `Published ${published.id} ${published.version}.`)
}
