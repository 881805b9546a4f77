import { PasswordInput } from '@mantine/core'
import { useRef } from 'react'
import { usePage } from '../../page-context.ts'
import { inputOf, type Widget } from '../form-extras.ts'

/** Stands in answers where a secret is set; sent back, it stays. */
const kept = '********'

/** A secret goes in and never comes back: where one is set, an empty field keeps it. */
export function SecretWidget(props: Widget) {
  const { words } = usePage()
  const wasKept = useRef(false)
  wasKept.current ||= props.value === (kept as unknown)
  const isSet = wasKept.current
  const input = inputOf(props)
  const typed = props.value as string | undefined
  return (
    <PasswordInput
      {...input}
      required={input.required && !isSet}
      description={[input.description, isSet ? words.secretSet : words.secretNew].filter(Boolean).join(' ')}
      autoComplete="new-password"
      value={typed === kept ? '' : (typed ?? '')}
      onChange={({ currentTarget }) => props.onChange(currentTarget.value || (isSet ? kept : undefined))}
    />
  )
}
