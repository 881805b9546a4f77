import { Select, TextInput } from '@mantine/core'
import { useLoaded } from '../../api/use-loaded.ts'
import { usePage } from '../../page-context.ts'
import type { Language } from '../../words/index.ts'
import { inputOf, type Widget } from '../form-extras.ts'

interface Choice {
  readonly value: string
  readonly label: string
}
interface Named {
  readonly id?: string
  /** What has a key is named by it. */
  readonly key?: string
  readonly name?: string
  readonly title?: string
  /** Where the platform's own names have one in each language. */
  readonly titles?: Readonly<Record<Language, string>>
}

/** A select over one list of the API; where there is none here (its plugin is off, or not for this person), a text. */
const choiceFrom = (path: string) =>
  function ChoiceWidget(props: Widget) {
    const { session, language, words } = usePage()
    const { value } = useLoaded(path, async (signal) => {
      const { items } = await session.api
        .get<{ items: readonly Named[] }>(path, { signal })
        .catch(() => ({ items: [] }))
      return items.map(
        ({ id = '', key, name, title, titles }): Choice => ({
          value: key ?? id,
          label: titles?.[language] ?? title ?? name ?? id,
        }),
      )
    })
    const chosen = props.value as string | undefined
    if (value?.length === 0) return <PlainText {...props} />
    const known = value ?? []
    const data =
      chosen && !known.some((one) => one.value === chosen) ? [...known, { value: chosen, label: chosen }] : known
    return (
      <Select
        {...inputOf(props)}
        placeholder={props.placeholder || words.choose}
        data={data}
        value={chosen ?? null}
        onChange={(next) => props.onChange(next ?? undefined)}
        searchable
        clearable={!props.required}
        clearButtonProps={{ 'aria-label': words.clear }}
        nothingFoundMessage={words.nothingFound}
      />
    )
  }

function PlainText(props: Widget) {
  return (
    <TextInput
      {...inputOf(props)}
      value={(props.value as string | undefined) ?? ''}
      onChange={({ currentTarget }) => props.onChange(currentTarget.value || undefined)}
    />
  )
}

export const PlanWidget = choiceFrom('/members/plans?limit=200')
export const RoleWidget = choiceFrom('/roles')
export const EmailTemplateWidget = choiceFrom('/email-templates')
export const QualificationWidget = choiceFrom('/qualifications?limit=200')
export const SegmentWidget = choiceFrom('/segments?limit=200')

/** One of the hosts that the bot asked for and the administrator agreed to. */
export function HttpHostWidget(props: Widget) {
  const { words } = usePage()
  const { hosts } = props.registry.formContext
  if (!hosts?.length) return <PlainText {...props} />
  return (
    <Select
      {...inputOf(props)}
      placeholder={words.choose}
      data={[...hosts]}
      value={(props.value as string | undefined) ?? null}
      onChange={(next) => props.onChange(next ?? undefined)}
      nothingFoundMessage={words.nothingFound}
    />
  )
}
