import { PasswordInput } from '@mantine/core'
import { usePage } from '../../page-context.ts'
import { inputOf, type Widget } from '../form-extras.ts'

/** A secret goes in and never comes back: where one is set, an empty field keeps it. */
export function SecretWidget(props: Widget) {
  const { words } = usePage()
  const input = inputOf(props)
  const set = props.registry.formContext.secretsSet?.has(props.name) ?? false
  return (
    <PasswordInput
      {...input}
      required={Boolean(input.required) && !set}
      description={[input.description, set ? words.secretSet : words.secretNew].filter(Boolean).join(' ')}
      autoComplete="new-password"
      value={(props.value as string | undefined) ?? ''}
      onChange={({ currentTarget }) => props.onChange(currentTarget.value || undefined)}
    />
  )
}
