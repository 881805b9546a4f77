import type { BotManifest } from '@guildhall/sdk'

const said = new Set(['title', 'description', 'ui:help', 'ui:title', 'ui:description'])
/** Names of products and the like read the same everywhere. */
const sameEverywhere = /^(Discord|Microsoft Teams)$/

/** Everything a person reads of a bot before it runs: title, description, and the labels of its forms. */
export function formTexts({ title, description, config, triggers }: BotManifest): string[] {
  const texts = new Set([title, description])
  const walk = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    for (const [key, inner] of Object.entries(value)) {
      if (said.has(key) && typeof inner === 'string') texts.add(inner)
      else walk(inner)
    }
  }
  for (const part of [config.schema, config.uiSchema, triggers.manual, triggers.api]) walk(part)
  return [...texts].filter((text) => !sameEverywhere.test(text))
}
