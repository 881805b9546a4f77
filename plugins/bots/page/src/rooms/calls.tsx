import { List, Text } from '@mantine/core'
import type { Bot, Call } from '../api/shapes.ts'
import { type Names, useNames } from '../api/use-names.ts'
import { usePage } from '../page-context.ts'
import { fill, type Words } from '../words/index.ts'

const longest = 300

/** Fields that tell people nothing: they are for machines. */
const unsaid = new Set(['key', 'kind', 'link', 'headers', 'method'])

/** What was given, as people read it: names in place of ids, known fields in words, cut to what one reads. */
function given(input: unknown, names: Names, words: Words): string {
  const text = said(input, names, words)
  return text.length > longest ? `${text.slice(0, longest)}…` : text
}

function said(value: unknown, names: Names, words: Words): string {
  if (value === null || value === undefined) return words.nothing
  if (typeof value === 'string') return names.get(value) ?? value
  if (Array.isArray(value)) return value.map((one) => said(one, names, words)).join(', ')
  if (typeof value !== 'object') return typeof value === 'boolean' ? words[value ? 'yes' : 'no'] : JSON.stringify(value)
  const fields: Readonly<Record<string, string>> = words.fields
  const known = Object.keys(fields)
  const place = (name: string) => (known.includes(name) ? known.indexOf(name) : known.length)
  return Object.entries(value)
    .filter(([name, inner]) => inner !== undefined && !unsaid.has(name))
    .sort(([a], [b]) => place(a) - place(b))
    .map(([name, inner]) => `${fields[name] ?? name}: ${said(inner, names, words)}`)
    .join(', ')
}

type Said = Pick<Call, 'method' | 'name' | 'input'>

/** Puts calls in words: the title of the action and what it was given, with the names of all of them looked up at once. */
export function useCallSentence(bot: Bot, calls: readonly Said[]) {
  const { words } = usePage()
  const names = useNames(calls.map(({ input }) => input))
  const titles = new Map(bot.permissions.actions.map(({ id, title }) => [id, title]))
  return ({ method, name, input }: Said): string => {
    const methods: Readonly<Record<string, string>> = words.methods
    const title =
      method === 'fetch'
        ? fill(words.callFetch, { name })
        : method === 'action'
          ? (titles.get(name) ?? name)
          : `${methods[method] ?? method} ${name}`
    // Notes of a bot are written for itself.
    if (method.startsWith('state.')) return title
    const text = given(method === 'action' && isWrapped(input) ? input.input : input, names, words)
    return input && text ? `${title} (${text})` : title
  }
}

const isWrapped = (input: unknown): input is { input: unknown } =>
  typeof input === 'object' && input !== null && 'input' in input && 'action' in input

/** What a run changed, or would have: a sentence each. */
export function Effects({ bot, calls, wouldBe }: { bot: Bot; calls: readonly Call[]; wouldBe: boolean }) {
  const { words } = usePage()
  // What it notes for itself is nothing anybody else would notice.
  const effects = calls.filter(
    ({ effect, method }) => (effect === 'write' || effect === 'destructive') && !method.startsWith('state.'),
  )
  const sentence = useCallSentence(bot, effects)
  if (effects.length === 0) return <Text>{wouldBe ? words.wouldNothing : words.didNothing}</Text>
  return (
    <>
      <Text fw={600}>{wouldBe ? words.wouldDo : words.did}</Text>
      <List style={{ overflowWrap: 'anywhere' }}>
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
