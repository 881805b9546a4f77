import { invalid } from '@guildhall/sdk'
import type { CustomField } from './definition.ts'

/** @throws Problem 400 when the parts of a definition contradict each other */
export function requireSound({ type, options, filterable }: CustomField): void {
  const choosing = type === 'choice' || type === 'choices'
  if (choosing && options.length === 0) throw invalid('/options', `List the options of a ${type}`, { code: 'required' })
  if (!choosing && options.length > 0)
    throw invalid('/options', 'Only choice and choices have options', { code: 'options' })
  if (filterable && type === 'longText')
    throw invalid('/filterable', 'A longText cannot be filtered; use text', { code: 'filterable' })
}
