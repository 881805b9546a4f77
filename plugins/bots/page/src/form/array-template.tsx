import { Button, Fieldset, Paper, Stack, Text, VisuallyHidden } from '@mantine/core'
import type { ArrayFieldTemplateProps } from '@rjsf/utils'
import { usePage } from '../page-context.ts'

/** A list: what is in it, and a button that says what it does. */
export function ArrayTemplate(props: ArrayFieldTemplateProps) {
  const { items, title, required, schema, canAdd, disabled, readonly, onAddClick, fieldPathId, rawErrors } = props
  const { words } = usePage()
  const error = rawErrors?.join(' ')
  return (
    <Fieldset
      id={fieldPathId.$id}
      variant="unstyled"
      legend={
        <Text span size="sm" fw={600}>
          {title}
          {required ? (
            <Text span c="var(--mantine-color-error)" aria-hidden="true">
              {' *'}
            </Text>
          ) : null}
        </Text>
      }
    >
      <Stack gap="xs">
        {schema.description ? (
          <Text size="sm" c="dimmed">
            {schema.description}
          </Text>
        ) : null}
        {items.map((item, place) => (
          // Entries of a list have no name beside their place.
          <Paper key={item.key ?? place} withBorder p="sm">
            {item}
          </Paper>
        ))}
        {error ? (
          <Text size="sm" c="var(--mantine-color-error)">
            {error}
          </Text>
        ) : null}
        {canAdd ? (
          <div>
            <Button variant="default" size="xs" disabled={disabled || readonly || false} onClick={onAddClick}>
              + {words.add}
              {title ? <VisuallyHidden>: {title}</VisuallyHidden> : null}
            </Button>
          </div>
        ) : null}
      </Stack>
    </Fieldset>
  )
}
