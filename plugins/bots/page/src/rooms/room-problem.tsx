import { Stack, Text, Title } from '@mantine/core'
import type { ProblemBody } from '../api/problem.ts'
import { usePage } from '../page-context.ts'
import { ProblemAlert } from '../problem-alert.tsx'

/** In place of a room that cannot be shown: why, and what to do. */
export function RoomProblem({ problem, retry }: { problem: ProblemBody; retry: () => void }) {
  const { words } = usePage()
  const kind = kindOf(problem)
  const told = kind && { forbidden: words.mayNotSee, off: words.botsOff, gone: words.botGone }[kind]
  if (!told)
    return (
      <Stack>
        <Title order={1}>{words.bots}</Title>
        <ProblemAlert problem={problem} retry={retry} />
      </Stack>
    )
  return (
    <Stack role="alert">
      <Title order={1}>{told.title}</Title>
      <Text>{told.text}</Text>
    </Stack>
  )
}

function kindOf({ status, type }: ProblemBody): 'forbidden' | 'off' | 'gone' | null {
  if (status === 403) return 'forbidden'
  if (status !== 404) return null
  return type.endsWith('plugin-not-enabled') ? 'off' : 'gone'
}
