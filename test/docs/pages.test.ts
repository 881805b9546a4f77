import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { problems } from '@guildhall/sdk'
import t from 'tap'
import { buildProgram } from '#core/cli/program.ts'
import { environmentVariables } from '#core/config/index.ts'
import { documentedPlugins } from '#core/docs/index.ts'
import { files, project, read } from '../support/source-tree.ts'

const pages = files('README.md', 'docs/**/*.md', 'sdk/README.md', 'plugins/*/README.md', 'config/**/README.md')
const prose = pages.filter((path) => !path.startsWith('docs/reference/') && !path.startsWith('docs/decisions/'))

t.test('every page that was promised is there', async (t) => {
  const promised = [
    'README',
    'api',
    'AUTHENTICATION',
    'installation',
    'configuration',
    'users-and-permissions',
    'troubleshooting',
    'user-guide',
    'best-practices',
    'faq',
    'CONTRIBUTING',
    'plugins',
    'bots/README',
    'bots/first-bot',
    'bots/forms',
    'bots/writing',
    'glossary',
    'decisions/README',
    'reference/schema',
    'THIRD_PARTY_LICENSES',
  ]
  t.same(
    promised.filter((name) => !pages.includes(`docs/${name}.md`)),
    [],
  )
  const linked = [...read('docs/README.md').matchAll(/\]\(([^)#]+)/g)].map(([, to]) => `docs/${to}`)
  const unlinked = pages.filter((path) => path.startsWith('docs/') && !/decisions\/0|docs\/README/.test(path))
  t.same(
    unlinked.filter((path) => !linked.includes(path)),
    [],
    'docs/README.md leads to every page',
  )
  t.same(
    files('docs/decisions/0*.md').filter((path) => !read('docs/decisions/README.md').includes(path.split('/').at(-1)!)),
    [],
    'and the list of decisions to every decision',
  )
})

/** The anchors that a reader of the page can jump to, as GitHub makes them. */
function anchors(path: string): Set<string> {
  const text = read(path).replaceAll(/^```[\s\S]*?^```/gm, '')
  const headings = [...text.matchAll(/^#+ (.+)$/gm)].map(([, title]) =>
    title!
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )
  return new Set([...headings, ...[...text.matchAll(/<a id="([^"]+)"/g)].map(([, id]) => id!)])
}

t.test('links lead somewhere', async (t) => {
  const broken = pages.flatMap((page) =>
    [...read(page).matchAll(/\]\((?!https?:|mailto:)([^)\s]+)\)/g)].flatMap(([, to]) => {
      const [path = '', anchor] = to!.split('#')
      const target = path === '' ? page : join(dirname(page), path)
      if (!existsSync(join(project, target))) return [`${page} -> ${to}`]
      return anchor && !anchors(target).has(anchor) ? [`${page} -> ${to} (no such heading)`] : []
    }),
  )
  t.same(broken, [])
})

t.test('code that names a page names one that is there', async (t) => {
  const sources = files('core/**/*.{ts,mjs}', 'plugins/**/*.ts', 'sdk/**/*.ts', 'migrations/**/*.ts', 'config/*.yaml')
  const missing = sources.flatMap((path) =>
    [...read(path).matchAll(/\bdocs\/[\w./-]+\.md/g)].flatMap(([page]) =>
      existsSync(join(project, page)) ? [] : [`${path}: ${page}`],
    ),
  )
  t.same(missing, [])
})

t.test('addresses that pages mention are served', async (t) => {
  const host = await documentedPlugins()
  const served = host.plugins.flatMap(({ routes }) =>
    routes.map((one) => (one.kind === 'raw' ? `${one.prefix}/**` : one.route.url).replaceAll(/:\w+/g, '*')),
  )
  const shapes = new Set([
    ...served,
    '/auth/status',
    '/auth/login',
    '/auth/logout',
    '/auth/callback',
    '/auth/backchannel-logout',
    '/account',
    '/account/sessions',
    '/account/sessions/*',
    '/account/password',
    '/account/address-proof',
  ])
  /** `/members/$ID/merge?x=1` -> `/members/{}/merge` */
  const shapeOf = (path: string) =>
    path
      .replace(/[?#].*$/, '')
      .replace(/\/$/, '')
      .replaceAll(/\{\w+\}|\$\w+/g, '*')
  const examples = new Set(['/visitor-log', '/keys', '/keyring', '/greetings/*'])
  const unknown = prose.flatMap((page) =>
    [
      ...read(page).matchAll(/(?:\/api\/v1|\$API|(?:GET|POST|PUT|PATCH|DELETE) (?=\/(?!api)))(\/[\w$][\w/${}.-]*)/g),
    ].flatMap(([, path]) => {
      const shape = shapeOf(path!.replace(/\.$/, ''))
      const known = [...shapes].some((one) => new RegExp(`^${one.replaceAll('*', '[^/]+')}$`).test(shape))
      return known || examples.has(shape) ? [] : [`${page}: ${path}`]
    }),
  )
  t.same(unknown, [])
})

t.test('commands, variables and errors that pages mention exist', async (t) => {
  const program = buildProgram()
  const commands = new Map(
    program.commands
      .flatMap((command) =>
        command.commands.length > 0
          ? command.commands.map((inner) => [command.name(), inner] as const)
          : [['', command] as const],
      )
      .map(([above, command]) => [`${above} ${command.name()}`.trim(), command]),
  )
  const variables = new Set(environmentVariables.flatMap(({ name }) => [name, `${name}_FILE`]))
  const kinds = new Set([...Object.values(problems), ...(await documentedPlugins()).problems].map(({ type }) => type))
  const wrong = prose.flatMap((page) => {
    const text = read(page)
    const called = [...text.matchAll(/guildhall(?: --)? (?!--|create)([a-z]+(?: [a-z]+)?)([^\n`]*)/g)].flatMap(
      ([, words, rest]) => {
        const command = commands.get(words!) ?? commands.get(words!.split(' ')[0]!)
        // A sentence about Guildhall is no call of it.
        if (!command)
          return [...commands.keys()].some((name) => name.split(' ')[0] === words!.split(' ')[0])
            ? [`${page}: ${words}`]
            : []
        const flags = [...rest!.matchAll(/ (--[a-z-]+)/g)].map(([, flag]) => flag)
        return flags
          .filter((flag) => !command.options.some(({ long }) => long === flag))
          .map((flag) => `${page}: ${words} ${flag}`)
      },
    )
    const set = [...text.matchAll(/^([A-Z][A-Z_]{3,})=/gm)].map(([, name]) => name!)
    const own = new Set(['TOKEN', 'COMMITTEE', 'HOUSE', 'GROUP', 'MEMBER'])
    const errors = [...text.matchAll(/\b[45]\d\d `([a-z-]+)`/g)].map(([, type]) => type!)
    return [
      ...called,
      ...set.filter((name) => !variables.has(name) && !own.has(name)).map((name) => `${page}: ${name}`),
      ...errors.filter((type) => !kinds.has(type)).map((type) => `${page}: ${type}`),
    ]
  })
  t.same(wrong, [])
})
