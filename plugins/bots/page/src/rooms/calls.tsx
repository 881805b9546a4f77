import { List, Text } from '@mantine/core'
import type { Bot, Call } from '../api/shapes.ts'
import { usePage } from '../page-context.ts'
import { fill } from '../words/index.ts'

const longest = 160

/** `field: value` pairs of what was given; ids and texts, cut to what one reads. */
function given(input: unknown): string {
  if (typeof input !== 'object' || input === null) return ''
  const pairs = Object.entries(input as Record<string, unknown>).map(
    ([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`,
  )
  const text = pairs.join(', ')
  return text.length > longest ? `${text.slice(0, longest)}…` : text
}

/** A call in words: the title of its action and what it was given. */
export function useCallSentence(bot: Bot) {
  const { words } = usePage()
  const titles = new Map(bot.permissions.actions.map(({ id, title }) => [id, title]))
  return ({ method, name, input }: Pick<Call, 'method' | 'name' | 'input'>): string => {
    const what =
      method === 'fetch'
        ? fill(words.callFetch, { name })
        : (titles.get(name) ?? (method === 'action' ? name : `${method} ${name}`))
    const text = given(method === 'action' && isWrapped(input) ? input.input : input)
    return text ? fill(words.call, { title: what, input: text }) : fill(words.callBare, { title: what })
  }
}

const isWrapped = (input: unknown): input is { input: unknown } =>
  typeof input === 'object' && input !== null && 'input' in input && 'action' in input

/** What a run changed, or would have: a sentence each. */
export function Effects({ bot, calls, wouldBe }: { bot: Bot; calls: readonly Call[]; wouldBe: boolean }) {
  const { words } = usePage()
  const sentence = useCallSentence(bot)
  const effects = calls.filter(({ effect }) => effect === 'write' || effect === 'destructive')
  if (effects.length === 0) return <Text>{wouldBe ? words.wouldNothing : words.didNothing}</Text>
  return (
    <>
      <Text fw={600}>{wouldBe ? words.wouldDo : words.did}</Text>
      <List>
        {effects.map((call) => (
          <List.Item key={call.sequence}>
            {sentence(call)}
            {call.outcome === 'refused' ? ` – ${words.outcomes.refused}` : ''}
          </List.Item>
        ))}
      </List>
    </>
  )
}
