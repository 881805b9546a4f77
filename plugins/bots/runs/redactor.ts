/** Keeps secrets out of whatever is stored, shown or given back, and texts fit for the database. */
import { deepest } from './canonical.ts'

const mark = '[secret]'
/** Shorter ones would turn every text into marks. */
const shortest = 4

export class Redactor {
  readonly #needles: readonly string[]

  constructor(secrets: readonly string[]) {
    this.#needles = [...new Set(secrets.filter((secret) => secret.length >= shortest).flatMap(spellings))]
      .filter((needle) => needle.length >= shortest)
      .sort((a, b) => b.length - a.length)
  }

  text(text: string): string {
    let clean = text.replaceAll('\0', '\ufffd').toWellFormed()
    for (const needle of this.#needles) clean = clean.replaceAll(needle, mark)
    return clean
  }

  /** A copy of JSON without secrets; what nests too deep is cut. */
  json(value: unknown, depth = 0): unknown {
    if (typeof value === 'string') return this.text(value)
    if (typeof value !== 'object' || value === null) return value ?? null
    if (depth > deepest) return null
    if (Array.isArray(value)) return value.map((item) => this.json(item, depth + 1))
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [this.text(key), this.json(item, depth + 1)]))
  }
}

/** A service may echo a secret the way it was sent on: encoded for addresses, in base64, inside JSON. */
const spellings = (secret: string): string[] => [
  secret,
  encodeURIComponent(secret),
  Buffer.from(secret).toString('base64'),
  Buffer.from(secret).toString('base64').replace(/=+$/, ''),
  Buffer.from(secret).toString('base64url'),
  JSON.stringify(secret).slice(1, -1),
]
