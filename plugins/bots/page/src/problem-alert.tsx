import { Alert, Button, Text } from '@mantine/core'
import type { ProblemBody } from './api/problem.ts'
import type { Bot } from './api/shapes.ts'
import { usePage } from './page-context.ts'
import { useSaid } from './said.ts'
import { Sentences } from './sentences.tsx'
import { fill } from './words/index.ts'

/** What went wrong and what to do, in the words of the page; places that are wrong stand at their fields, too. */
export function ProblemAlert(o: {
  readonly problem: ProblemBody | null
  /** Says in its sentences what somebody lacks to let it do. */
  readonly bot?: Bot
  readonly retry?: () => void
}) {
  const { words } = usePage()
  const said = useSaid()
  const { problem } = o
  if (!problem) return null
  const known: Readonly<Record<string, { readonly title: string; readonly remedy: string }>> = words.problems
  const { title, remedy } = known[problem.type.replace(/^.*[#/]/, '')] ?? problem
  const errors = problem.errors ?? []
  // The detail of a wrong field is its message.
  const detail = errors.length > 0 || problem.beyond ? undefined : problem.detail
  return (
    <Alert
      variant="default"
      role="alert"
      title={
        <Text fw={700} c="var(--mantine-color-error)">
          {title || words.wentWrong}
        </Text>
      }
    >
      {detail ? <Text size="sm">{said(detail)}</Text> : null}
      <Sentences texts={errors.map(({ message }) => message)} />
      {problem.beyond ? (
        <>
          <Text size="sm">{words.lacking}</Text>
          <Sentences texts={problem.beyond.map(({ action }) => sentenceFor(o.bot, action))} />
        </>
      ) : null}
      {remedy ? (
        <Text size="sm" fw={600}>
          {remedy}
        </Text>
      ) : null}
      {problem.requestId && problem.status >= 500 ? (
        <Text size="xs">{fill(words.requestId, { id: problem.requestId })}</Text>
      ) : null}
      {o.retry ? (
        <Button variant="default" size="xs" mt="xs" onClick={o.retry}>
          {words.reload}
        </Button>
      ) : null}
    </Alert>
  )
}

const sentenceFor = (bot: Bot | undefined, action: string): string =>
  bot?.permissions.actions.find(({ id }) => id === action)?.sentence ?? action
