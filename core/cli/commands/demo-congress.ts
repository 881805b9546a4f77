import { resolve } from 'node:path'
import { createApiToken } from '../../auth/index.ts'
import { importCongress } from '../demo/congress.ts'
import { questions } from '../demo/congress-questions.ts'
import type { Output } from '../terminal/output.ts'
import { type Api, withApi } from '../workshop/api.ts'
import { inOrganization, type Workshop, withPlatform } from '../workshop/open.ts'
import { runningServer } from '../workshop/running-server.ts'

const data = resolve(import.meta.dirname, '../../../config/organisations')

/** Imports the register, asks it questions, and shows the lines that ask them again. */
export async function run(o: { from?: string }, output: Output): Promise<void> {
  await withPlatform(async (workshop) => {
    const folder = resolve(o.from ?? `${data}/congress`)
    const note = (message: string) => output.note(message)
    const { tenantId, imported } = await importCongress(workshop, { folder, yaml: `${data}/congress.yaml`, note })
    const unchanged = imported.every(({ create, update }) => create + update === 0)
    output.note(unchanged ? 'Nothing changed: everything was imported before.' : 'Imported.')
    const token = await dayToken(workshop, tenantId)
    const running = await runningServer(workshop.config.server, token)
    const address = running ?? `http://localhost:${workshop.config.server.port}`
    const answers = await withApi(workshop, tenantId, (api) => ask(api, address))
    output.result({ imported, unchanged, token, address: running, answers }, () =>
      [
        '',
        running ? '# Ask yourself:' : '# Ask yourself, with the server running (npm start):',
        '',
        `TOKEN=${token}`,
        ...answers.flatMap(({ title, line, answer }) => ['', `# ${title}: ${answer}`, line]),
      ].join('\n'),
    )
  })
}

async function ask(api: Api, address: string): Promise<{ title: string; line: string; answer: string }[]> {
  const group = async (number: string) => {
    const { items } = (await api.call('GET', `/groups?externalId=${number}`)).json<{ items: { id: string }[] }>()
    if (!items[0]) throw new Error(`The group ${number} is not there: the import of groups.csv left it out.`)
    return items[0].id
  }
  const asked = questions({ HOUSE: await group('HOUSE'), SSAF: await group('SSAF') })
  return Promise.all(
    asked.map(async ({ title, path, answer }) => ({
      title,
      line: `curl -s -H "Authorization: Bearer $TOKEN" "${address}/api/v1${path}"`,
      answer: answer((await api.call('GET', path)).json()),
    })),
  )
}

/** For the lines that are shown; it ends by itself. */
async function dayToken(workshop: Workshop, tenantId: string): Promise<string> {
  const { token } = await inOrganization(workshop, tenantId, (tx) =>
    createApiToken(tx, {
      name: 'demo:congress',
      role: 'admin',
      scopes: null,
      expiresAt: new Date(workshop.runtime.clock.now().getTime() + 86_400_000),
    }),
  )
  return token
}
