import { Select } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useState } from 'react'
import { useLoaded } from '../../api/use-loaded.ts'
import { usePage } from '../../page-context.ts'
import { inputOf, type Widget } from '../form-extras.ts'

interface Member {
  readonly id: string
  readonly displayName: string
}
const fewestLetters = 2

/** Finds a member by name; the chosen one is shown by name too. */
export function MemberWidget(props: Widget) {
  const { session, words } = usePage()
  const [typed, setTyped] = useState('')
  const [search] = useDebouncedValue(typed.trim(), 250)
  const chosenId = props.value as string | undefined
  const chosen = useLoaded(`member ${chosenId}`, async (signal) =>
    chosenId
      ? session.api
          .get<Member>(`/members/${encodeURIComponent(chosenId)}`, { signal })
          .catch(() => ({ id: chosenId, displayName: chosenId }))
      : null,
  )
  const found = useLoaded(`members ${search}`, async (signal) =>
    search.length < fewestLetters || search === chosen.value?.displayName
      ? []
      : (
          await session.api.get<{ items: readonly Member[] }>(
            `/members?limit=20&search=${encodeURIComponent(search)}`,
            { signal },
          )
        ).items,
  )
  const shown = new Map([...(chosen.value ? [chosen.value] : []), ...(found.value ?? [])].map((one) => [one.id, one]))
  return (
    <Select
      {...inputOf(props)}
      placeholder={props.placeholder || words.searchMember}
      data={[...shown.values()].map(({ id, displayName }) => ({ value: id, label: displayName }))}
      value={chosenId ?? null}
      onChange={(next) => props.onChange(next ?? undefined)}
      searchable
      searchValue={typed}
      onSearchChange={setTyped}
      filter={({ options }) => options}
      clearable={!props.required}
      clearButtonProps={{ 'aria-label': words.clear }}
      nothingFoundMessage={search.length < fewestLetters ? words.searchMember : words.nothingFound}
    />
  )
}
