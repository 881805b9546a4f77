import { Table, Text } from '@mantine/core'
import type { LogLine } from '../api/shapes.ts'
import { usePage } from '../page-context.ts'
import { WideTable } from '../wide-table.tsx'

export function LogLines({ lines }: { lines: readonly LogLine[] }) {
  const { words, language } = usePage()
  if (lines.length === 0) return <Text>{words.noLogs}</Text>
  return (
    <WideTable label={words.logs} minWidth={400}>
      <Table.Tbody>
        {lines.map((line) => (
          <Table.Tr key={line.id}>
            <Table.Td>
              {new Date(line.at).toLocaleString(language, { dateStyle: 'short', timeStyle: 'medium' })}
            </Table.Td>
            <Table.Td>{words.levels[line.level]}</Table.Td>
            <Table.Td>
              {line.message}
              {line.data === undefined || line.data === null ? '' : ` ${JSON.stringify(line.data)}`}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </WideTable>
  )
}
