import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join, relative, resolve, sep } from 'node:path'
import packageFile from '../../../package.json' with { type: 'json' }
import { botFiles, botNames, botPackageFiles } from '../scaffold/bot-files.ts'
import { beginnings, isBeginning } from '../scaffold/bot-kinds.ts'
import { type Output, UsageError } from '../terminal/output.ts'
import { registryTypes } from '../typing/registry-types.ts'

const house = resolve(import.meta.dirname, '../../..')

/** Writes the beginnings of a bot; existing files are never written over. */
export async function run(
  o: { folder?: string; title?: string; kind?: string },
  output: Output,
  [id = '']: readonly string[],
): Promise<void> {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(id) || id.length > 60)
    throw new UsageError(`"${id}" is no id of a bot: write lower-case words joined by "-", such as late-books`)
  const { kind = 'event' } = o
  if (!isBeginning(kind)) throw new UsageError(`"${kind}" starts no bot: write ${Object.keys(beginnings).join(', ')}`)
  const root = resolve(o.folder ?? (process.cwd() === house ? join('bots', 'own', id) : id))
  const inside = root.startsWith(house + sep)
  const names = botNames(id, o.title)
  const shown = relative(process.cwd(), root) || '.'
  const test = inside
    ? `node core/cli/run.mjs ${relative(house, join(root, 'bot.test.ts'))}`
    : 'npm install && npm test'
  const files = {
    ...botFiles(names, beginnings[kind], {
      test,
      types: inside ? 'known: the bot stands inside the project' : '`guildhall types --out guildhall.d.ts`',
    }),
    ...(inside ? {} : await outside()),
  }
  const taken = Object.keys(files).find((path) => existsSync(join(root, path)))
  if (taken) throw new Error(`${join(root, taken)} is there already; nothing was written.`)
  for (const [path, text] of Object.entries(files)) {
    const file = join(root, path)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, text, { flag: 'wx' })
  }
  const written = Object.keys(files).sort()
  const next = [
    `Its tests:       ${inside ? test : `cd ${shown} && ${test}`}`,
    `In the sandbox:  guildhall bot test ${shown}`,
    `Publish it:      guildhall bot publish ${join(shown, 'bot.ts')} --org <slug>`,
  ]
  output.result(
    { id, folder: root, files: written },
    [...written.map((path) => join(shown, path)), '', ...next].join('\n'),
  )

  async function outside() {
    const link = (path: string) => `file:${relative(root, path)}`
    const { text } = await registryTypes()
    return botPackageFiles(names, {
      sdk: link(join(house, 'sdk')),
      house: link(house),
      typebox: packageFile.dependencies.typebox,
      types: text,
    })
  }
}
