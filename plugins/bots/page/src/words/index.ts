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

/** A point in time as people here write it, with the name of its zone; default: that of the browser. */
export const shownTime = (
  at: string | Date,
  language: Language,
  o: { readonly timeZone?: string | undefined; readonly seconds?: boolean; readonly weekday?: boolean } = {},
): string =>
  new Date(at).toLocaleString({ de: 'de-DE', en: 'en-GB' }[language], {
    ...(o.weekday ? { weekday: 'short' } : {}),
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    ...(o.seconds ? { second: '2-digit' } : {}),
    timeZoneName: 'short',
    ...(o.timeZone ? { timeZone: o.timeZone } : {}),
  })
