import { Anchor, Table, Title } from '@mantine/core'
import type { Rehearsal } from '../../api/rehearsals.ts'
import { useNames } from '../../api/use-names.ts'
import { usePage } from '../../page-context.ts'
import { useTimes } from '../../times.ts'
import { WideTable } from '../../wide-table.tsx'
import { useCounts } from './counts.tsx'

export function EarlierRehearsals(o: {
  readonly items: readonly Rehearsal[]
  readonly shown: string | null
  readonly onShow: (id: string) => void
}) {
  const { words } = usePage()
  const time = useTimes()
  const counts = useCounts()
  const names = useNames(o.items)
  if (o.items.length === 0) return null
  return (
    <>
      <Title order={2} size="h4">
        {words.rehearsals}
      </Title>
      <WideTable label={words.rehearsals} minWidth={300} columns={[words.started, words.daysAhead, words.status]}>
        {o.items.map((one) => (
          <Table.Tr key={one.id}>
            <Table.Td>
              <Anchor
                component="button"
                type="button"
                size="sm"
                ta="start"
                underline="always"
                {...(one.id === o.shown ? { 'aria-current': true } : {})}
                onClick={() => o.onShow(one.id)}
              >
                {time(one.createdAt)}
              </Anchor>
            </Table.Td>
            <Table.Td>
              {one.days}
              {one.groupId ? ` (${names.get(one.groupId) ?? one.groupId})` : ''}
            </Table.Td>
            <Table.Td>{[words.rehearsalStates[one.status], counts(one.counts)].filter(Boolean).join(' · ')}</Table.Td>
          </Table.Tr>
        ))}
      </WideTable>
    </>
  )
}
