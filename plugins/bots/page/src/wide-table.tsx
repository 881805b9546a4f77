import { Table, VisuallyHidden } from '@mantine/core'
import type { ReactNode } from 'react'

interface WideTableProps {
  readonly label: string
  readonly minWidth: number
  readonly columns?: readonly string[]
  /** What the last column is for, whose heading is not seen. */
  readonly does?: string
  /** Its rows. */
  readonly children: ReactNode
}

/** A table that scrolls sideways on a narrow screen: by keyboard too, so it has a name and can be reached. */
export function WideTable({ label, minWidth, columns = [], does, children }: WideTableProps) {
  return (
    <Table.ScrollContainer minWidth={minWidth} type="native" tabIndex={0} role="region" aria-label={label}>
      <Table>
        {columns.length > 0 ? (
          <Table.Thead>
            <Table.Tr>
              {columns.map((column) => (
                <Table.Th key={column}>{column}</Table.Th>
              ))}
              {does ? (
                // What is hidden is placed, and would stretch the page were its cell not.
                <Table.Th pos="relative">
                  <VisuallyHidden>{does}</VisuallyHidden>
                </Table.Th>
              ) : null}
            </Table.Tr>
          </Table.Thead>
        ) : null}
        <Table.Tbody>{children}</Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  )
}

/** A cell with what a bot says: a long word, such as an address, breaks rather than push the columns beside it away. */
export function FreeCell({ children }: { children: ReactNode }) {
  return (
    <Table.Td miw={160} style={{ overflowWrap: 'anywhere' }}>
      {children}
    </Table.Td>
  )
}
