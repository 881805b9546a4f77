import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { parse, YAMLParseError } from 'yaml'
import { type ConfigSetting, configSettings, settingAt } from './settings.ts'

/** A value somebody gave, and where: the errors name it. */
export interface Given {
  path: string
  value: unknown
  origin: string
}

export type Environment = Record<string, string | undefined>

const isTree = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The leaves of a tree of two levels; a section written as something else is a leaf, and refused later. */
export function flatten(tree: unknown, origin: string): Given[] {
  return Object.entries(isTree(tree) ? tree : {}).flatMap(([key, value]) => {
    if (!isTree(value)) return value === null || value === undefined ? [] : [{ path: key, value, origin }]
    return Object.entries(value).flatMap(([name, leaf]) =>
      leaf === null || leaf === undefined ? [] : [{ path: `${key}.${name}`, value: leaf, origin }],
    )
  })
}

/** @throws when the file is missing, no YAML, or holds something else than sections */
export function fromYaml(file: string, origin: string): Given[] {
  let tree: unknown
  try {
    tree = parse(readFileSync(file, 'utf8'))
  } catch (cause) {
    const why = cause instanceof YAMLParseError ? cause.message : `cannot be read (${(cause as Error).message})`
    throw new Error(`${origin}: ${why}`, { cause })
  }
  if (tree !== null && !isTree(tree)) throw new Error(`${origin}: holds no settings; see config/guildhall.yaml`)
  return flatten(tree, origin)
}

/** `.env` below the real environment. A variable in one hides both its spellings, NAME and NAME_FILE, in the other. */
export function withDotEnv(root: string, env: Environment): Environment {
  const file = join(root, '.env')
  if (!existsSync(file)) return env
  const below: Environment = parseEnv(readFileSync(file, 'utf8'))
  for (const name of Object.keys(below)) {
    const base = name.replace(/_FILE$/, '')
    if (env[base] || env[`${base}_FILE`]) delete below[name]
  }
  return { ...env, ...below }
}

/** An empty variable is an unset one: compose files and .env.example pass empty ones on. */
export function fromEnvironment(env: Environment, complain: (problem: string) => void): Given[] {
  const given: Given[] = []
  const take = (name: string, { path, schema }: ConfigSetting) => {
    const file = schema.secret ? env[`${name}_FILE`] : undefined
    const text = env[name]
    if (text && file) complain(`${path}: ${name} and ${name}_FILE are both set; keep one`)
    if (text) given.push({ path, value: understand(text, schema), origin: name })
    else if (file) {
      const value = readSecret(file)
      if (value === undefined) complain(`${path}: the file that ${name}_FILE names cannot be read: ${file}`)
      // Nobody names a file for nothing: it is not written yet, and the default would be another database or key.
      else if (value === '') complain(`${path}: the file that ${name}_FILE names is empty: ${file}`)
      else given.push({ path, value, origin: `${name}_FILE` })
    }
  }
  for (const setting of configSettings) if (setting.schema.env) take(setting.schema.env, setting)
  // GUILDHALL_server_port: small letters, so GUILDHALL_DATA_DIR and its like are not meant.
  for (const name of Object.keys(env)) {
    const path = /^GUILDHALL_([a-z]\w*)$/.exec(name)?.[1]?.replace('_', '.')
    if (!path) continue
    const setting = settingAt(path)
    if (setting) take(name, setting)
    else if (!settingAt(path.replace(/_FILE$/, ''))) given.push({ path, value: env[name], origin: name })
    else take(name.replace(/_FILE$/, ''), settingAt(path.replace(/_FILE$/, ''))!)
  }
  return given
}

function readSecret(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch {
    return undefined
  }
}

/** Text to what the setting holds; what it cannot be stays text, and is refused with the others. */
function understand(text: string, schema: ConfigSetting['schema']): unknown {
  if (/^\d+$/.test(text) && (schema.type === 'integer' || 'anyOf' in schema)) return Number(text)
  if (schema.type === 'boolean') return { true: true, '1': true, false: false, '0': false }[text] ?? text
  if (schema.type === 'array' || 'anyOf' in schema) return text.split(',').map((item) => item.trim())
  return text
}
