import { page } from '../auth/pages/page.ts'
import type { Language } from '../auth/pages/words.ts'
import type { SiteState } from './site.ts'

const words = {
  en: {
    building: ['This page is being built', 'It takes some seconds, once. The page reloads by itself.'],
    failed: ['This page could not be built', 'The log of the server says why. The API is not affected.'],
  },
  de: {
    building: ['Diese Seite wird gebaut', 'Das dauert einmal einige Sekunden. Die Seite lädt sich von selbst neu.'],
    failed: [
      'Diese Seite ließ sich nicht bauen',
      'Der Grund steht im Protokoll des Servers. Die API ist nicht betroffen.',
    ],
  },
} as const

/** For the time in which there is no page yet: without a script, and reloads by itself. */
export function waitingPage(state: Exclude<SiteState, 'ready'>, lang: Language): string {
  const [title, text] = words[lang][state]
  return page({ lang, title, text: [text], reloadAfterSeconds: state === 'building' ? 2 : 30 })
}
