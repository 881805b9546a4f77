import { Text } from '@mantine/core'
import { type IChangeEvent, withTheme } from '@rjsf/core'
import { Theme } from '@rjsf/mantine'
import type { RJSFSchema, UiSchema } from '@rjsf/utils'
import { type ReactNode, useMemo, useState } from 'react'
import type { ProblemBody } from '../api/problem.ts'
import { usePage } from '../page-context.ts'
import { ArrayTemplate } from './array-template.tsx'
import type { FormExtras } from './form-extras.ts'
import { withNewEntries } from './new-entries.ts'
import { ObjectTemplate } from './object-template.tsx'
import { FieldDescription, FieldTitle, NoErrorList, translator } from './templates.tsx'
import { tidy, untouched } from './tidy.ts'
import { createValidator, errorSchemaOf } from './validator.ts'
import { CronWidget } from './widgets/cron.tsx'
import { GroupsWidget, GroupWidget } from './widgets/group.tsx'
import { MemberWidget } from './widgets/member.tsx'
import { SecretWidget } from './widgets/secret.tsx'
import {
  EmailTemplateWidget,
  HttpHostWidget,
  PlanWidget,
  QualificationWidget,
  RoleWidget,
  SegmentWidget,
} from './widgets/text-choice.tsx'

export type Bag = Readonly<Record<string, unknown>>

const Form = withTheme<Bag, RJSFSchema, FormExtras>(Theme as never)

/** By the names of the domain formats: a text of the format `member` is this widget, without a word in the UI schema. */
const widgets = {
  member: MemberWidget,
  group: GroupWidget,
  groups: GroupsWidget,
  plan: PlanWidget,
  role: RoleWidget,
  qualification: QualificationWidget,
  emailTemplate: EmailTemplateWidget,
  segment: SegmentWidget,
  cron: CronWidget,
  secret: SecretWidget,
  httpHost: HttpHostWidget,
}
const templates = {
  ObjectFieldTemplate: ObjectTemplate,
  ArrayFieldTemplate: ArrayTemplate,
  TitleFieldTemplate: FieldTitle,
  DescriptionFieldTemplate: FieldDescription,
  ErrorListTemplate: NoErrorList,
}

export interface BotFormProps {
  readonly schema: object
  readonly uiSchema: object
  readonly value: Bag
  readonly extras: FormExtras
  readonly busy: boolean
  /** What the server refused: its pointers lead to fields. */
  readonly problem: ProblemBody | null
  readonly children: ReactNode
  /** Ids of the form's fields begin with it; a page with two forms needs two. */
  readonly name: string
  readonly onChange: (value: Bag) => void
  readonly onSubmit: (value: Bag) => void
}

/** Any form of a bot: rendered, checked and translated as everywhere on this page. */
export function BotForm({ schema, uiSchema, value, extras, busy, problem, children, name, ...on }: BotFormProps) {
  const { language, words } = usePage()
  const [faults, setFaults] = useState(0)
  const submit = (filledIn: Bag) => {
    setFaults(0)
    on.onSubmit(filledIn)
  }
  const validator = useMemo(() => createValidator(language), [language])
  const translate = useMemo(() => translator(words), [words])
  const refused = useMemo(() => errorSchemaOf(problem?.errors ?? []), [problem])
  const looks = useMemo(
    () => withListLooks(schema as RJSFSchema, uiSchema as UiSchema<Bag>, words.item),
    [schema, uiSchema, words],
  )
  return (
    <Form
      idPrefix={name}
      schema={untouched(schema, value) as RJSFSchema}
      uiSchema={looks}
      formData={value}
      formContext={extras}
      validator={validator as never}
      widgets={widgets as never}
      templates={templates as never}
      translateString={translate}
      extraErrors={refused}
      disabled={busy}
      noHtml5Validate
      showErrorList={false}
      focusOnFirstError
      // Told when somebody is done, taken back while he corrects it. Checking as a field is left would move the button away
      // from under the pointer that is about to press it.
      liveValidate={faults > 0 ? 'onChange' : false}
      // The values come with their defaults from the server; a part that nobody asked for stays empty.
      experimental_defaultFormStateBehavior={{ emptyObjectFields: 'skipDefaults' }}
      onChange={({ formData, errors }: IChangeEvent<Bag>) => {
        if (faults > 0) setFaults(errors.length)
        on.onChange(withNewEntries(schema, value, formData ?? {}) as Bag)
      }}
      onError={(errors) => setFaults(errors.length)}
      onSubmit={({ formData }: IChangeEvent<Bag>) => submit(tidy(schema, formData ?? {}) as Bag)}
    >
      {faults > 0 ? (
        <Text role="alert" c="var(--mantine-color-error)" mt="sm">
          {words.correct} ({faults})
        </Text>
      ) : null}
      {children}
    </Form>
  )
}

/** A list of groups is one choice of several, not a list of single choices; what stands in another list has no name of its own. */
function withListLooks(schema: RJSFSchema, looks: UiSchema<Bag>, item: string): UiSchema<Bag> {
  const items = schema.items as RJSFSchema | undefined
  if (schema.type === 'array') {
    if (looks['ui:widget'] || !items || typeof items !== 'object') return looks
    if (items.format === 'group') return { ...looks, 'ui:widget': 'groups' }
    const inner = withListLooks(items, (looks.items ?? {}) as UiSchema<Bag>, item)
    return { ...looks, items: items.type === 'object' || items.title ? inner : { 'ui:title': item, ...inner } }
  }
  const inner = Object.entries((schema.properties ?? {}) as Record<string, RJSFSchema>).map(([name, field]) => [
    name,
    withListLooks(field, ((looks as Record<string, unknown>)[name] ?? {}) as UiSchema<Bag>, item),
  ])
  return inner.length > 0 ? { ...looks, ...Object.fromEntries(inner) } : looks
}
