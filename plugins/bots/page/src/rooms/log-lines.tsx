import { Table, Text } from '@mantine/core'
import type { LogLine } from '../api/shapes.ts'
import { usePage } from '../page-context.ts'
import { useSaid } from '../said.ts'
import { useTimes } from '../times.ts'
import { FreeCell, WideTable } from '../wide-table.tsx'

export function LogLines({ lines }: { lines: readonly LogLine[] }) {
  const { words } = usePage()
  const time = useTimes()
  const said = useSaid()
  if (lines.length === 0) return <Text>{words.noLogs}</Text>
  return (
    <WideTable label={words.logs} minWidth={400}>
      {lines.map((line) => (
        <Table.Tr key={line.id}>
          <Table.Td>{time(line.at, { seconds: true })}</Table.Td>
          <Table.Td>{words.levels[line.level]}</Table.Td>
          <FreeCell>
            {said(line.message)}
            {line.data === undefined || line.data === null ? '' : ` ${JSON.stringify(line.data)}`}
          </FreeCell>
        </Table.Tr>
      ))}
    </WideTable>
  )
}
