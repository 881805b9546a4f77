import { Alert, Button, List, Text } from '@mantine/core'
import type { ProblemBody } from './api/problem.ts'
import { usePage } from './page-context.ts'
import { fill } from './words/index.ts'

/** What went wrong and what to do. Places that are wrong are listed unless they stand at their fields already. */
export function ProblemAlert(o: {
  readonly problem: ProblemBody | null
  readonly atFields?: boolean
  readonly retry?: () => void
}) {
  const { words } = usePage()
  const { problem } = o
  if (!problem) return null
  return (
    <Alert
      variant="default"
      role="alert"
      title={
        <Text fw={700} c="error">
          {problem.title || words.wentWrong}
        </Text>
      }
    >
      {problem.detail ? <Text size="sm">{problem.detail}</Text> : null}
      {problem.errors?.length ? (
        <List size="sm">
          {problem.errors.map(({ pointer, message }) => (
            <List.Item key={`${pointer} ${message}`}>{o.atFields ? message : `${pointer}: ${message}`}</List.Item>
          ))}
        </List>
      ) : null}
      {problem.remedy ? (
        <Text size="sm" fw={600}>
          {problem.remedy}
        </Text>
      ) : null}
      {problem.requestId ? <Text size="xs">{fill(words.requestId, { id: problem.requestId })}</Text> : null}
      {o.retry ? (
        <Button variant="default" size="xs" mt="xs" onClick={o.retry}>
          {words.reload}
        </Button>
      ) : null}
    </Alert>
  )
}
