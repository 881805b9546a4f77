import type { Given } from './layers.ts'
import { configSchema } from './schema.ts'
import { type ConfigSetting, isSection, settingAt } from './settings.ts'

/** One line: the path, what was given and where (never a secret's value), and what is wrong or allowed. */
export function describeProblem({ path, value, origin }: Given, wrong?: string): string {
  const setting = settingAt(path)
  if (!setting) return `${path}: no such setting, from ${origin}; ${neighbours(path)}`
  const from = origin === '' ? '' : `${setting.schema.secret ? 'the value' : show(value)} from ${origin}; `
  return `${path}: ${from}${wrong ?? `allowed: ${allowed(setting)}`}`
}

/** What may stand there, in words. */
export function allowed({ schema }: ConfigSetting): string {
  if (schema.allowed) return schema.allowed
  if (schema.enum) return schema.enum.join(', ')
  if (schema.type === 'integer') return `a whole number from ${schema.minimum} to ${schema.maximum}`
  if (schema.type === 'boolean') return 'true or false'
  return 'a text'
}

const show = (value: unknown) => {
  const text = JSON.stringify(value) ?? 'nothing'
  return text.length > 80 ? `${text.slice(0, 79)}…` : text
}

function neighbours(path: string): string {
  const [name = ''] = path.split('.')
  const schema = Object.entries(configSchema.properties).find(([key]) => key === name)?.[1]
  return isSection(schema)
    ? `${name} has ${Object.keys(schema.properties).join(', ')}`
    : `there are ${Object.keys(configSchema.properties).join(', ')}`
}
