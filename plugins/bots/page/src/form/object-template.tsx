import { Box, Stack, Text } from '@mantine/core'
import { descriptionId, type ObjectFieldTemplateProps, titleId } from '@rjsf/utils'
import { usePage } from '../page-context.ts'
import { FieldDescription, FieldTitle } from './templates.tsx'
import { isEmpty } from './tidy.ts'

/** What the page puts into the `ui:options` of a part: folded until somebody wants it, with this beside its title. */
export interface Folded {
  readonly folded: (value: unknown) => string
}
/** Of a part whose only heading is its fields. */
export interface Untitled {
  readonly untitled: true
}

/** A part of the form: heading and fields. Entries of a list are named by their place in it. */
export function ObjectTemplate(props: ObjectFieldTemplateProps) {
  const { fieldPathId, description, properties, formData, uiSchema, errorSchema } = props
  const { words } = usePage()
  const options = uiSchema?.['ui:options'] as Partial<Folded & Untitled> | undefined
  const place = fieldPathId.path.at(-1)
  const title = typeof place === 'number' ? `${words.item} ${place + 1}` : props.title
  const fields = (
    <Stack gap="sm">
      {description ? <FieldDescription {...props} id={descriptionId(fieldPathId)} description={description} /> : null}
      {properties
        .filter(({ hidden }) => !hidden)
        .map(({ name, content }) => (
          <Box key={name}>{content}</Box>
        ))}
    </Stack>
  )
  if (options?.folded)
    return (
      <details id={fieldPathId.$id} open={errorSchema && !isEmpty(errorSchema) ? true : undefined}>
        <summary>
          <Text span size="sm" fw={600}>
            {title}:
          </Text>{' '}
          <Text span size="sm">
            {options.folded(formData)}
          </Text>
        </summary>
        <Box mt="xs" pl="lg">
          {fields}
        </Box>
      </details>
    )
  return (
    <Box id={fieldPathId.$id} mb="sm">
      {title && !options?.untitled ? (
        <Box mb="xs">
          <FieldTitle {...props} id={titleId(fieldPathId)} title={title} />
        </Box>
      ) : null}
      {fields}
    </Box>
  )
}
