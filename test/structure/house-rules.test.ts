import t from 'tap'
import { files, places, read } from '../support/source-tree.ts'

const source = files('core/**/*.{ts,mjs}', 'plugins/**/*.{ts,tsx}', 'bots/**/*.ts', 'sdk/**/*.ts', 'migrations/**/*.ts')
const everything = [...source, ...files('test/**/*.{ts,mjs}', 'benchmarks/**/*.ts')]

/** Longer than a file should be, with the reason why it cannot be two. It is empty, and is meant to stay so. */
const longerThan300: Readonly<Record<string, string>> = {}

t.test('a file is one noun or one rule: none is longer than 300 lines', async (t) => {
  const long = everything.filter((path) => !(path in longerThan300) && read(path).trimEnd().split('\n').length > 300)
  t.same(long, [])
})

/** Names that say nothing elsewhere, and here are the thing itself. */
const meant: Readonly<Record<string, string>> = {
  'core/cli/commands/types.ts': 'a file a command, and this command is `guildhall types`',
}

t.test('there are no drawers', async (t) => {
  const drawers = /^(utils?|helpers?|common|misc|types|shared|stuff)(\.|$)/
  t.same(
    source.filter((path) => !(path in meant) && path.split('/').some((part) => drawers.test(part))),
    [],
  )
  t.same(
    Object.keys(meant).filter((path) => !source.includes(path)),
    [],
    'the exceptions are there',
  )
})

t.test('Sequelize is used without what it does not know: composite keys', async (t) => {
  const code = files('core/**/*.ts', 'plugins/**/*.ts')
  t.same(
    places(code, /\.(findByPk|belongsTo|hasMany|hasOne|belongsToMany)\s*\(/),
    [],
    'no look-up by one column, no associations',
  )
  const models = code.filter((path) => /from 'sequelize'/.test(read(path)))
  t.same(places(models, /\binclude\s*:/), [], 'no include: joins are SQL')
  t.same(places(code, /\buseCLS\b|cls-hooked/), [], 'tx is passed, never found')
})

/** A call from its name to its closing parenthesis. */
function callAt(source: string, start: number): string {
  let depth = 0
  for (let i = source.indexOf('(', start); i < source.length; i++) {
    if (source[i] === '(') depth++
    if (source[i] === ')' && --depth === 0) return source.slice(start, i + 1)
  }
  return source.slice(start)
}

t.test('every call of a model says which organisation and which unit of work', async (t) => {
  const call =
    /\b[A-Z]\w*\.(findOne|findAll|findAndCountAll|count|update|destroy|increment|decrement|create|bulkCreate|upsert)\(/g
  const silent = files('plugins/**/*.ts')
    .filter((path) => read(path).includes('.models('))
    .flatMap((path) =>
      [...read(path).matchAll(call)].flatMap((match) => {
        const text = callAt(read(path), match.index)
        return /tenantId/.test(text) && /transaction/.test(text) ? [] : [`${path}: ${text.slice(0, 80)}`]
      }),
    )
  t.same(silent, [])
})

t.test('only the unit of work and the platform open connections', async (t) => {
  const outside = files('plugins/**/*.ts')
  t.same(places(outside, /sequelize\.query\(|new Sequelize\(|new Client\(|new Pool\(/), [])
})

t.test('SQL of a plugin names the organisation in every statement', async (t) => {
  const statement = /\b(SELECT|UPDATE|DELETE FROM|INSERT INTO)\b[\s\S]*?(?=`|')/g
  const silent = files('plugins/**/*.ts').flatMap((path) =>
    [...read(path).matchAll(/(?:tx|unit)\.query(?:<[\s\S]*?>)?\(\s*(['`])([\s\S]*?)\1/g)].flatMap((match) => {
      const sql = match[2] as string
      if (!statement.test(sql)) return []
      statement.lastIndex = 0
      // A statement made of parts names it in one of them; the isolation tests take the wall down and look.
      if (/tenant_id|\$\{|members\.found|app\.tenant|core\.tenant WHERE id = \$1/.test(sql)) return []
      if (!/\b(FROM|INTO|UPDATE)\b/.test(sql)) return []
      return [`${path}: ${sql.slice(0, 80).replace(/\s+/g, ' ')}`]
    }),
  )
  t.same(silent, [])
})

t.test('nothing is left for later', async (t) => {
  const later = new RegExp(['\\bTO', 'DO\\b|\\bFIX', 'ME\\b|\\bXX', 'X\\b'].join(''))
  const found = everything.flatMap((path) =>
    read(path)
      .split('\n')
      .flatMap((line, i) => (later.test(line) ? [`${path}:${i + 1}`] : [])),
  )
  t.same(found, [])
})

t.test('types are stated, not waved through', async (t) => {
  t.same(places(source, /\bas any\b|@ts-ignore|@ts-expect-error|@ts-nocheck/), [])
})
