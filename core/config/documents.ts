import { stringify } from 'yaml'
import { allowed } from './problems.ts'
import { configSchema } from './schema.ts'
import { type ConfigSetting, configSettings, environmentVariables, isSection } from './settings.ts'

/** config/guildhall.yaml: every setting with its sentence and default. */
export function annotatedYaml(): string {
  const lines = [
    '# What Guildhall starts from: every setting, with its default. Change it here or, better, in',
    '# config/guildhall.local.yaml (not in git); .env and the environment stand above both.',
    '# docs/reference/configuration.md lists the variables. A wrong or unknown setting stops the boot.',
  ]
  let open = ''
  for (const { path, schema } of configSettings) {
    const [section = '', key] = path.split('.')
    if (section !== open) {
      const branch = Object.entries(configSchema.properties).find(([name]) => name === section)?.[1]
      lines.push('', ...(key && isSection(branch) ? [`# ${branch.description}`, `${section}:`] : []))
      open = section
    }
    const indent = key ? '  ' : ''
    lines.push(`${indent}# ${schema.description}${schema.env ? ` (${schema.env})` : ''}`)
    const value = schema.default === undefined ? '' : stringify(schema.default, { singleQuote: true }).trim()
    lines.push(`${indent}${schema.default === undefined ? '# ' : ''}${key ?? section}: ${value}`.trimEnd())
  }
  return `${lines.join('\n')}\n`
}

/** .env.example: every variable with its sentence. Copied as it is, it changes nothing. */
export function exampleEnvironment(): string {
  const head = [
    '# Copy to .env and fill in what you need. The real environment wins; an empty variable is an unset one.',
    '# A secret may come from a file instead: NAME_FILE=/run/secrets/name',
  ]
  const entries = environmentVariables.flatMap(({ name, sentence, default: value, secret }) => [
    '',
    `# ${sentence}${secret ? ` (or ${name}_FILE)` : ''}`,
    // A port written down is a port somebody chose: then the next free one is not taken.
    name === 'PORT' ? 'PORT=' : `${name}=${/\s/.test(value) ? `"${value}"` : value}`,
  ])
  return `${[...head, ...entries].join('\n')}\n`
}

/** docs/reference/configuration.md */
export function referencePage(): string {
  const code = (text: string) => (text ? `\`${text}\`` : '')
  const row = ({ path, schema }: ConfigSetting) => {
    const variable = schema.env ? `${code(schema.env)}${schema.secret ? ` or ${code(`${schema.env}_FILE`)}` : ''}` : ''
    const value = schema.default === undefined ? '' : code(JSON.stringify(schema.default).replace(/^""$/, ''))
    return `| ${code(path)} | ${variable} | ${value} | ${schema.description} | ${allowed({ path, schema })} |`
  }
  return [
    '# Configuration',
    '',
    'Made from `core/config/schema.ts` by `npm run docs:generate`.',
    '',
    'Layers, each above the one before: `config/guildhall.yaml`, `config/guildhall.local.yaml`, files given with',
    '`--config`, `.env`, the environment, the command line. Every setting also has a variable',
    '`GUILDHALL_<section>_<key>`, such as `GUILDHALL_server_port`. An empty variable is an unset one; lists are',
    'separated by commas.',
    '',
    '| setting | variable | default | what it does | allowed |',
    '|---|---|---|---|---|',
    ...configSettings.map(row),
    '',
  ].join('\n')
}
