import { usePage } from './page-context.ts'
import { useTimes } from './times.ts'
import { inGerman } from './words/said.de.ts'

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
