import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Value } from 'typebox/value'
import { type Environment, flatten, fromEnvironment, fromYaml, type Given, withDotEnv } from './layers.ts'
import { describeProblem } from './problems.ts'
import { rules } from './rules.ts'
import { type Config, configSchema } from './schema.ts'
import { configSettings, settingAt } from './settings.ts'
import { askVault, fromVault } from './vault.ts'

export interface ConfigSources {
  /** Default: the environment of the process. */
  env?: Environment
  /** Where config/, .env and a relative data folder are. Default: the project root. */
  root?: string
  /** Further YAML files, above guildhall.local.yaml and below the environment. */
  files?: string[]
  /** What Vault holds, by variable: above the files, below the environment. */
  vault?: Readonly<Record<string, unknown>>
  /** Above everything: what the command line says. */
  overrides?: { [section: string]: unknown }
}

const SHIPPED = 'config/guildhall.yaml'
const LOCAL = 'config/guildhall.local.yaml'

/**
 * What a process starts with: `loadConfig`, with Vault asked where the other sources name it.
 * @param warn hears that Vault is away, and that its last good values serve
 * @throws ConfigError with everything that is wrong at once, or that Vault gave nothing
 */
export async function readConfig(
  sources: ConfigSources = {},
  warn: (message: string) => void = () => {},
): Promise<Config> {
  const { config, problems } = assemble(sources)
  // What is missing elsewhere may be in Vault; what is wrong about Vault itself is told below.
  if (config.vault.path === '' || problems.some((problem) => problem.startsWith('vault.'))) return loadConfig(sources)
  try {
    return loadConfig({ ...sources, vault: await askVault(config, warn) })
  } catch (error) {
    throw error instanceof ConfigError ? error : new ConfigError([`vault.path: ${(error as Error).message}`])
  }
}

/**
 * The configuration: config/guildhall.yaml, config/guildhall.local.yaml, further files, Vault's values, .env, the
 * environment, overrides; each above the one before.
 * @throws ConfigError with everything that is wrong at once
 */
export function loadConfig(sources: ConfigSources = {}): Config {
  const { config, problems } = assemble(sources)
  if (problems.length > 0) throw new ConfigError(problems)
  return freeze(config)
}

function assemble({
  env = process.env,
  root = resolve(import.meta.dirname, '../..'),
  files = [],
  vault = {},
  overrides = {},
}: ConfigSources): { config: Config; problems: string[] } {
  const problems: string[] = []
  const complain = (problem: string) => problems.push(problem)
  const layers = [
    ...[SHIPPED, LOCAL].filter((name) => existsSync(join(root, name))).map((name) => readYaml(root, name, complain)),
    ...files.map((name) => readYaml(root, name, complain)),
    fromVault(vault),
    fromEnvironment(withDotEnv(root, env), complain),
    flatten(overrides, 'the command line'),
  ]
  const given = new Map(layers.flat().map((one) => [one.path, one]))

  const config = Value.Default(configSchema, {}) as Config
  for (const one of given.values()) {
    if (!settingAt(one.path)) complain(describeProblem(one))
    else if (!Value.Check(settingAt(one.path)!.schema, one.value)) complain(describeProblem(one))
    else assign(config, one)
  }
  for (const [path, check] of rules) {
    const wrong = check(config)
    const setting = settingAt(path)
    if (wrong && setting) complain(describeProblem(given.get(path) ?? { path, value: undefined, origin: '' }, wrong))
  }
  const port = given.get('server.port')
  config.server.portChosen = port !== undefined && (port.origin !== SHIPPED || port.value !== shippedPort)
  config.dataDir = resolve(root, config.dataDir)
  return { config, problems }
}

/** Stops the boot. `problems` has a line for each wrong setting: path, value (never a secret's), and what is allowed. */
export class ConfigError extends Error {
  override name = 'ConfigError'
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(`The configuration is not usable:\n${problems.map((problem) => `  ${problem}`).join('\n')}`)
    this.problems = problems
  }
}

const shippedPort = configSettings.find(({ path }) => path === 'server.port')?.schema.default

function readYaml(root: string, name: string, complain: (problem: string) => void): Given[] {
  try {
    return fromYaml(resolve(root, name), name)
  } catch (error) {
    complain((error as Error).message)
    return []
  }
}

function assign(config: object, { path, value }: Given): void {
  const [section = '', key] = path.split('.')
  if (key === undefined) Object.assign(config, { [section]: value })
  else Object.assign((config as Record<string, object>)[section]!, { [key]: value })
}

function freeze<Value extends object>(value: Value): Value {
  for (const part of Object.values(value)) if (typeof part === 'object' && part !== null) freeze(part)
  return Object.freeze(value)
}
