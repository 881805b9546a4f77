import { usePage } from './page-context.ts'
import { useTimes } from './times.ts'
import { saidDe } from './words/said.de.ts'

/** Puts what the platform says beside a run or a refusal in the words of whoever reads; what a bot says stays as it is. */
export function useSaid(): (text: string) => string {
  const { language, words } = usePage()
  const at = useTimes()
  return (text) => {
    const [, what = text, next] = /^(.*); next attempt at (\S+)$/s.exec(text) ?? []
    const says = language === 'de' ? inGerman(what) : what
    return next ? `${says}. ${words.nextAttempt} ${at(next)}` : says
  }
}

function inGerman(text: string): string {
  for (const [pattern, german] of saidDe) {
    const found = pattern.exec(text)
    if (found) return german.replace(/\$(\d)/g, (_, n: string) => inGerman(found[Number(n)] ?? ''))
  }
  return text
}
