import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import packageFile from '../../../package.json' with { type: 'json' }
import { packageFiles } from '../scaffold/package-files.ts'
import {
  migrationFile,
  pluginFiles,
  pluginNames,
  readmeFile,
  type ScaffoldFiles,
  testFile,
} from '../scaffold/plugin-files.ts'
import { type Output, UsageError } from '../terminal/output.ts'

const house = resolve(import.meta.dirname, '../../..')

/** Writes the beginnings of a plugin; existing files are never written over. */
export async function run(
  o: { package?: string; title?: string },
  output: Output,
  [id = '']: readonly string[],
): Promise<void> {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(id) || id.length > 40 || id === 'core')
    throw new UsageError(`"${id}" is no id of a plugin: write lower-case words joined by "-", such as visitor-log`)
  const names = pluginNames(id, o.title)
  const { root, files, next } = o.package === undefined ? inHouse() : asPackage(resolve(o.package))
  const taken = Object.keys(files).find((path) => existsSync(join(root, path)))
  if (taken) throw new Error(`${join(root, taken)} is there already; nothing was written.`)
  for (const [path, text] of Object.entries(files)) {
    const file = join(root, path)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, text, { flag: 'wx' })
  }
  const written = Object.keys(files).sort()
  // Names decide where lines break and how imports are sorted; where the formatter is missing, the files are right all the same.
  if (root === house)
    spawnSync(
      join(house, 'node_modules/.bin/biome'),
      ['check', '--write', ...written.filter((path) => path.endsWith('.ts'))],
      { cwd: house, stdio: 'ignore' },
    )
  output.result(
    { id, folder: root, files: written },
    [...written.map((path) => relative(process.cwd(), join(root, path))), '', ...next].join('\n'),
  )

  function inHouse(): { root: string; files: ScaffoldFiles; next: string[] } {
    const own = Object.fromEntries(
      Object.entries(pluginFiles(names, `#migrations/${id}/0001-notes.ts`)).map(([path, text]) => [
        `plugins/${id}/${path}`,
        text,
      ]),
    )
    const test = `node core/cli/run.mjs test/plugins/${id}/notes.test.ts`
    const line = `import { ${names.variable} } from './${id}/index.ts'`
    return {
      root: house,
      files: {
        ...own,
        [`plugins/${id}/README.md`]: readmeFile(names, {
          register: `write \`${line}\` into \`plugins/bundled.ts\`, and \`${names.variable}\` into its list.`,
          test,
        }),
        [`migrations/${id}/0001-notes.ts`]: migrationFile(names),
        [`test/plugins/${id}/notes.test.ts`]: testFile(names, `#plugins/${id}/index.ts`, '#core/testing/index.ts'),
      },
      next: [
        `Try it:       ${test}`,
        `Register it:  write into plugins/bundled.ts  ${line}  and ${names.variable} into its list`,
      ],
    }
  }

  function asPackage(folder: string): { root: string; files: ScaffoldFiles; next: string[] } {
    const { typebox, uuid } = packageFile.dependencies
    const link = (path: string) => `file:${relative(folder, path) || '.'}`
    return {
      root: folder,
      files: packageFiles(names, { sdk: link(join(house, 'sdk')), house: link(house), typebox, uuid }),
      next: [
        `Try it:     cd ${o.package} && npm install && npm test`,
        `Pack it:    npm pack`,
        `Use it:     npm install <the package> beside Guildhall; plugins: [guildhall-plugin-${id}]`,
      ],
    }
  }
}
