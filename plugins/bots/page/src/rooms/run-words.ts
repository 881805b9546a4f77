import type { Run } from '../api/shapes.ts'
import { useNames } from '../api/use-names.ts'
import { usePage } from '../page-context.ts'
import { useTimes } from '../times.ts'
import { fill } from '../words/index.ts'

/** What started a run, in words: "A member was added: Kim Ahlers". The names of all of them are looked up at once. */
export function useCauses(runs: readonly Run[]): (run: Run) => string {
  const { words } = usePage()
  const time = useTimes()
  const names = useNames(runs.map(({ cause }) => cause))
  return ({ triggerKind, mode, cause }) => {
    const { event, at, memberId, groupId, by } = cause
    const what = event?.title ?? words.causes[triggerKind]
    // When an event happened is when the run began; a time of the bot may have come earlier.
    const when = triggerKind === 'cron' && at ? time(at) : null
    const about = [memberId, groupId].flatMap((id) => (id === null ? [] : (names.get(id) ?? [])))
    const who = by ? fill(words.startedBy, { name: by }) : null
    const details = [...about, ...[when, who].filter((one) => one !== null)].join(', ')
    return `${what}${details ? `: ${details}` : ''}${mode === 'live' ? '' : ` (${words.modes[mode]})`}`
  }
}

/** What a run changed, counted: "Send a mail (3)". */
export function useDeeds(): (run: Run) => string[] {
  const { words } = usePage()
  return ({ did }) =>
    did.map(({ name, title, times }) => {
      const what = title ?? fill(words.callFetch, { name })
      return times === 1 ? what : `${what} (${times} ×)`
    })
}
