import { Text } from '@mantine/core'
import type { Happening, Rehearsal } from '../../api/rehearsals.ts'
import { usePage } from '../../page-context.ts'

const kinds = ['run', 'mail', 'change', 'call', 'told', 'refused', 'failed'] as const satisfies Happening['kind'][]

/** How often what would happen: `Runs: 14 · Mails: 3`. */
export function useCounts() {
  const { words, language } = usePage()
  return (counts: Rehearsal['counts']): string =>
    kinds
      .flatMap((kind) => {
        const n = counts?.[kind] ?? 0
        return n > 0 ? [`${words.countsOf[kind]}: ${n.toLocaleString(language)}`] : []
      })
      .join(' · ')
}

export function Counts({ counts }: { counts: Rehearsal['counts'] }) {
  const text = useCounts()(counts)
  return text ? <Text fw={600}>{text}</Text> : null
}
