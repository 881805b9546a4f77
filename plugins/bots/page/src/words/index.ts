import { de } from './de.ts'
import { en, type Words } from './en.ts'

export type { Words } from './en.ts'
export type Language = 'de' | 'en'

/** The browser's first choice of the two we have. */
export const browserLanguage = (): Language => (/^de\b/i.test(navigator.language) ? 'de' : 'en')

export const wordsOf = (language: Language): Words => ({ de, en })[language]

/** Puts values into a text: `fill('Version {version}', { version: '1.0.0' })`. */
export const fill = (text: string, values: Readonly<Record<string, string | number>>): string =>
  text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole))

/** A point in time as people here write it. */
export const shownTime = (at: string | Date, language: Language, timeZone?: string): string =>
  new Date(at).toLocaleString(language, {
    dateStyle: 'medium',
    timeStyle: 'short',
    ...(timeZone ? { timeZone } : {}),
  })
