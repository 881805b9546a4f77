import t from 'tap'
import { bundledPlugins } from '#plugins/bundled.ts'
import { files, type Import, importsOf, packageOf, read } from '../support/source-tree.ts'

/** Who may import whom: ARCHITECTURE §1. Each rule gives the reason why an import is refused, or nothing. */
type Rule = (to: Import & { readonly target: string }) => string | undefined

interface Room {
  readonly name: string
  readonly files: readonly string[]
  /** Imports inside the project. */
  readonly rule: Rule
  /** Libraries it may load; default: those of package.json. */
  readonly libraries?: (to: Import) => boolean
}

const within = (folder: string) => (path: string) => path.startsWith(`${folder}/`)
const { dependencies } = JSON.parse(read('package.json')) as { dependencies: Record<string, string> }
// The test kit of bots is for tests, and for the command that tries a bot.
const ofTheSdk = ({ file, specifier }: Import) =>
  specifier === '@guildhall/sdk/testing' ? within('core/cli')(file) : packageOf(specifier) === '@guildhall/sdk'
const installed = (to: Import) =>
  to.specifier.startsWith('node:') || ofTheSdk(to) || packageOf(to.specifier) in dependencies

const definitions = new Map(bundledPlugins.map((plugin) => [plugin.id, plugin]))
/** A page is a program for browsers, with libraries of its own: it is no part of the plugin that serves it. */
const pages = ['plugins/bots/page']
const inPage = (path: string) =>
  pages.some((page) => path.startsWith(`${page}/src/`) || path === `${page}/vite.config.ts`)
const pluginFolders = [...new Set(files('plugins/*/**/*.ts').map((path) => path.split('/')[1] as string))]

/** Plugins whose refs it may know: those it depends on, and those whose services it uses where they are on. */
function neighbours(id: string): Set<string> {
  const spec = definitions.get(id)?.spec
  const optional = Object.values((spec?.optionalUses ?? {}) as Record<string, { id: string }>)
  return new Set([...Object.keys(spec?.dependsOn ?? {}), ...optional.map((ref) => ref.id.split('.')[0] as string)])
}

function pluginRoom(id: string): Room {
  const known = neighbours(id)
  return {
    name: `plugins/${id}`,
    files: files(`plugins/${id}/**/*.ts`).filter((path) => !inPage(path)),
    rule: ({ target }) => {
      if (within(`plugins/${id}`)(target) || within(`migrations/${id}`)(target)) return undefined
      const [, other, ...rest] = target.split('/')
      if (within('plugins')(target) && rest.join('/') === 'refs.ts')
        return known.has(other as string) ? undefined : `put "${other}" into dependsOn or optionalUses first`
      return 'a plugin knows the SDK, its own files and the refs.ts of its neighbours'
    },
    // A plugin's SQL goes through Tx, its HTTP through the router: their drivers are core's.
    libraries: (to) =>
      installed(to) && (to.typeOnly || !/^(pg|pg-boss|fastify|@fastify|ioredis)(\/|$)/.test(to.specifier)),
  }
}

function pageRoom(folder: string): Room {
  const own = JSON.parse(read(`${folder}/package.json`)) as { devDependencies: Record<string, string> }
  return {
    name: folder,
    files: files(`${folder}/**/*.{ts,tsx}`).filter(inPage),
    rule: ({ target }) =>
      within(`${folder}/src`)(target) || within('sdk/forms')(target)
        ? undefined
        : 'a page knows its own files and how forms are checked; the rest it asks of the API',
    libraries: ({ specifier }) => packageOf(specifier) in own.devDependencies,
  }
}

const rooms: readonly Room[] = [
  ...pluginFolders.map(pluginRoom),
  ...pages.map(pageRoom),
  {
    name: 'sdk',
    files: files('sdk/**/*.ts'),
    rule: ({ target }) => (within('sdk')(target) ? undefined : 'the SDK stands alone'),
    libraries: ({ file, specifier, typeOnly }) =>
      packageOf(specifier) === 'typebox' ||
      // An entry of its own, which says that it needs Node.
      (within('sdk/bot-source')(file) && /^(acorn|node:(module|path|worker_threads))$/.test(specifier)) ||
      (typeOnly && /^(fastify|sequelize|node:.*)$/.test(specifier)),
  },
  {
    name: 'core',
    files: files('core/**/*.ts'),
    rule: ({ file, target }) => {
      if (within('core/cli')(target) && !within('core/cli')(file))
        return 'the command line is an edge: nothing leans on it'
      if (within('core/testing')(target) && !/^core\/(testing|cli)\//.test(file))
        return 'the test kit is an edge: nothing leans on it'
      if (within('core')(target) || within('migrations/core')(target) || target === 'package.json') return undefined
      // The two composition roots: what is served, and what is tested.
      const composed = ['plugins/bundled.ts', 'bots/engine/index.ts', 'bots/library/index.ts']
      if (composed.includes(target) && ['core/platform.ts', 'core/testing/platform.ts'].includes(file)) return undefined
      return 'core knows no plugin; only platform.ts composes'
    },
  },
  {
    name: 'migrations',
    files: files('migrations/**/*.ts'),
    rule: ({ file, target }) => {
      const own = file.split('/').slice(0, 2).join('/')
      if (within(own)(target)) return undefined
      return target === 'core/database/migrations.ts' && own === 'migrations/core'
        ? undefined
        : 'migrations know nothing but themselves'
    },
  },
]

for (const room of rooms) {
  t.test(`${room.name} imports only what it may`, async (t) => {
    t.ok(room.files.length > 0, 'there are files')
    const refused = room.files.flatMap((file) =>
      importsOf(file).flatMap((to) => {
        const why =
          to.target === null
            ? (room.libraries ?? installed)(to)
              ? undefined
              : 'not a library this part may load'
            : room.rule({ ...to, target: to.target })
        return why ? [`${to.file}:${to.line} imports ${to.specifier}: ${why}`] : []
      }),
    )
    t.same(refused, [])
  })
}

t.test('every plugin folder is installed by name', async (t) => {
  t.same(
    pluginFolders.filter((id) => !definitions.has(id)),
    [],
    'plugins/bundled.ts names each',
  )
})

t.test('imports name files that are there', async (t) => {
  const here = new Set(files('**/*.ts', '**/*.tsx', '**/*.css', '**/*.json', '**/*.mjs'))
  const missing = files('core/**/*.ts', 'plugins/**/*.ts', 'sdk/**/*.ts', 'migrations/**/*.ts', 'test/**/*.ts').flatMap(
    (file) =>
      importsOf(file).flatMap((to) =>
        to.target !== null && !here.has(to.target) ? [`${file}:${to.line} -> ${to.specifier}`] : [],
      ),
  )
  t.same(missing, [])
})
