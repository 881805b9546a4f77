/** What people are told of a bot, in the language of the organisation, as mails to it are. */
import type { BotManifest, Tx } from '@guildhall/sdk'
import type { BotsContext } from '../../context.ts'
import { type Language, textIn } from '../../definitions/requests.ts'
import { inGerman } from '../../page/src/words/said.de.ts'

export interface Counts {
  readonly total: number
  readonly ok: number
  readonly failed: number
}
const words = {
  en: {
    failed: (bot: string) => `${bot} failed`,
    ran: (bot: string) => `${bot} ran`,
    stopped: (bot: string) => `${bot} was switched off`,
    itFailed: 'It failed.',
    itRan: 'It ran.',
    againAndAgain: (last: string) => `It failed again and again. The last one: ${last}`,
    lately: (bot: string, every: 'day' | 'week') => `${bot}: ${every === 'week' ? 'the last week' : 'the last day'}`,
    counts: ({ total, ok, failed }: Counts) =>
      total === 0 ? 'It did not run.' : `${total} runs, ${ok} without fault, ${failed} failed.`,
    isOff: 'It is switched off.',
    said: (reason: string) => reason,
  },
  de: {
    failed: (bot: string) => `${bot} ist gescheitert`,
    ran: (bot: string) => `${bot} ist gelaufen`,
    stopped: (bot: string) => `${bot} wurde ausgeschaltet`,
    itFailed: 'Er ist gescheitert.',
    itRan: 'Er ist gelaufen.',
    againAndAgain: (last: string) => `Er scheiterte immer wieder. Der letzte Lauf: ${last}`,
    lately: (bot: string, every: 'day' | 'week') =>
      `${bot}: ${every === 'week' ? 'die letzte Woche' : 'der letzte Tag'}`,
    counts: ({ total, ok, failed }: Counts) =>
      total === 0 ? 'Er ist nicht gelaufen.' : `Läufe: ${total}, ohne Fehler: ${ok}, fehlgeschlagen: ${failed}.`,
    isOff: 'Er ist ausgeschaltet.',
    said: inGerman,
  },
} as const

export async function tellingWords(ctx: BotsContext, tx: Tx) {
  const { languages } = await ctx.use.organization.current(tx)
  const language: Language = /^de\b/i.test(languages[0] ?? '') ? 'de' : 'en'
  const titleOf = (manifest: Pick<BotManifest, 'title' | 'translations'>) => textIn(language, manifest, manifest.title)
  return { ...words[language], titleOf }
}
export type TellingWords = Awaited<ReturnType<typeof tellingWords>>
