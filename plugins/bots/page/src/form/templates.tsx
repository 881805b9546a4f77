import { Box, Divider, Text, Title } from '@mantine/core'
import { type DescriptionFieldProps, type ErrorListProps, type TitleFieldProps, TranslatableString } from '@rjsf/utils'
import type { ComponentType } from 'react'
import type { Words } from '../words/index.ts'

/** Headings in order: the parts of the form are the second level of the page, what lies in them the third. */
export function FieldTitle({ id, title, optionalDataControl }: TitleFieldProps) {
  const isPart = id.replace(/__title$/, '').split('_').length <= 2
  if (!title) return null
  return (
    <Box mt="sm">
      {isPart ? <Divider mb="sm" /> : null}
      <Title id={id} order={isPart ? 2 : 3} size={isPart ? 'h4' : 'h5'}>
        {title}
      </Title>
      {optionalDataControl}
    </Box>
  )
}

export function FieldDescription({ id, description }: DescriptionFieldProps) {
  if (!description) return null
  return (
    <Text id={id} size="sm" c="dimmed">
      {description}
    </Text>
  )
}

/** Each error stands at its field; the list above would only repeat it. */
export const NoErrorList: ComponentType<ErrorListProps> = () => null

const nameOf: Readonly<Partial<Record<TranslatableString, keyof Words>>> = {
  [TranslatableString.ArrayItemTitle]: 'item',
  [TranslatableString.EmptyArray]: 'noItems',
  [TranslatableString.YesLabel]: 'yes',
  [TranslatableString.NoLabel]: 'no',
  [TranslatableString.AddButton]: 'add',
  [TranslatableString.AddItemButton]: 'add',
  [TranslatableString.CopyButton]: 'copy',
  [TranslatableString.MoveDownButton]: 'moveDown',
  [TranslatableString.MoveUpButton]: 'moveUp',
  [TranslatableString.RemoveButton]: 'remove',
  [TranslatableString.ClearButton]: 'clear',
  [TranslatableString.ClearLabel]: 'clear',
  [TranslatableString.ErrorsLabel]: 'correct',
}

/** RJSF's own texts in our words. */
export const translator =
  (words: Words) =>
  (text: TranslatableString, params: string[] = []): string => {
    if (text === TranslatableString.OptionPrefix) return words.option.replace('{n}', params[0] ?? '')
    const name = nameOf[text]
    const own = name ? words[name] : undefined
    return typeof own === 'string' ? own : text.replace(/%(\d)/g, (_, n: string) => params[Number(n) - 1] ?? '')
  }
