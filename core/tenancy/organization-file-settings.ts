import type { TSchema } from 'typebox'
import { Validator } from '../validation.ts'
import type { Faults, Part } from './organization-file-document.ts'
import { isTimeZone, OrganizationSettings } from './organization-settings.ts'

/** `Settings`: what `PUT /organizations/current` takes, under the same names. */
export function readSettings(part: Part | undefined, faults: Faults): Record<string, unknown> {
  if (!part || part.kind === 'empty') return {}
  if (part.kind !== 'map') {
    faults.add(part, `settings are needed, indented; allowed: ${names.join(', ')}`)
    return {}
  }
  faults.onlyKeys(part, names)
  const settings: Record<string, unknown> = {}
  for (const [name, entry] of part.entries) {
    if (!names.includes(name)) continue
    const value = plain(entry)
    const schema: TSchema & { description?: string } =
      OrganizationSettings.properties[name as keyof typeof OrganizationSettings.properties]
    const [error] = Validator.of(schema).errors(value)
    if (error) faults.add(entry, `${name} ${error.message}${schema.description ? ` (${schema.description})` : ''}`)
    else if (name === 'timeZone' && !isTimeZone(String(value)))
      faults.add(entry, `"${String(value)}" is no time zone; write one such as Europe/Berlin or America/New_York`)
    else settings[name] = value
  }
  return settings
}

const names = Object.keys(OrganizationSettings.properties)

function plain(part: Part): unknown {
  switch (part.kind) {
    case 'scalar':
      return part.value
    case 'list':
      return part.items.map(plain)
    case 'map':
      return Object.fromEntries([...part.entries].map(([key, entry]) => [key, plain(entry)]))
    case 'empty':
      return null
  }
}
