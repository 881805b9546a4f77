import { isFormFormat } from './formats.ts'
import { labelFault } from './labels.ts'
import type { ProblemList } from './problem-list.ts'
import { isBag, step } from './schema.ts'
import type { Raw } from './schema-problems.ts'
import { domainFormats, type FormType, formLimits, isDomainFormat, textFormats } from './vocabulary.ts'

interface At {
  readonly pointer: string
  readonly inList: boolean
}

/** Rules of texts, numbers and yes-or-no. */
export function scalarProblems(raw: Raw, type: FormType, at: At, found: ProblemList): undefined {
  const { pointer } = at
  if (type === 'string') {
    rangeProblems(raw, 'minLength', 'maxLength', formLimits.length, pointer, found)
    formatProblems(raw, at, found)
  } else if (type !== 'boolean') {
    for (const name of ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'])
      if (raw[name] !== undefined && typeof raw[name] !== 'number')
        found.add(`${pointer}/${name}`, 'Write a number', 'type')
    const { minimum, maximum } = raw
    if (typeof minimum === 'number' && typeof maximum === 'number' && minimum > maximum)
      found.add(`${pointer}/minimum`, 'It is above the maximum', 'range')
  }
  choiceProblems(raw, type, pointer, found)
}

/** Two limits that count something. */
export function rangeProblems(
  raw: Raw,
  low: string,
  high: string,
  most: number,
  pointer: string,
  found: ProblemList,
): undefined {
  const fits = (value: unknown): boolean =>
    value === undefined || (Number.isInteger(value) && (value as number) >= 0 && (value as number) <= most)
  for (const name of [low, high])
    if (!fits(raw[name])) found.add(`${pointer}/${name}`, `Write a whole number from 0 to ${most}`, 'range')
  if (typeof raw[low] === 'number' && typeof raw[high] === 'number' && raw[low] > raw[high])
    found.add(`${pointer}/${low}`, `It is above ${high}`, 'range')
}

function formatProblems(raw: Raw, { pointer, inList }: At, found: ProblemList): undefined {
  const { format } = raw
  if (format === undefined) return
  if (!isFormFormat(format))
    return found.add(`${pointer}/format`, `Write one of ${[...textFormats, ...domainFormats].join(', ')}`, 'format')
  if (isDomainFormat(format) && (raw.enum !== undefined || raw.oneOf !== undefined))
    found.add(`${pointer}/format`, `A field of format ${format} is chosen from what the organisation has`, 'format')
  if (format !== 'secret') return
  if (inList) found.add(`${pointer}/format`, 'A secret cannot stand in a list; give it a field of its own', 'format')
  if (raw.default !== undefined) found.add(`${pointer}/default`, 'A secret has no default', 'default')
}

/** `enum`, and `oneOf` as an enum with titles. */
function choiceProblems(raw: Raw, type: FormType, pointer: string, found: ProblemList): undefined {
  if (raw.enum !== undefined && raw.oneOf !== undefined)
    found.add(`${pointer}/oneOf`, 'Write enum or oneOf, not both', 'keyword')
  for (const name of ['enum', 'oneOf'] as const) {
    const list = raw[name]
    if (list === undefined) continue
    const at = `${pointer}/${name}`
    if (!Array.isArray(list) || list.length === 0 || list.length > formLimits.choices) {
      found.add(at, `Write a list of 1 to ${formLimits.choices} values`, name)
      continue
    }
    const seen = new Set<unknown>()
    for (const [i, one] of list.entries()) {
      const here = at + step(i)
      const value = name === 'enum' ? one : titledValue(one, here, found)
      if (!isOf(type, value)) found.add(here, `Write a value of type ${type}`, name)
      else if (seen.has(value)) found.add(here, 'It is there twice; remove one', name)
      else if (typeof value === 'string' && value !== '' && labelFault(value, formLimits.title))
        found.add(here, labelFault(value, formLimits.title) as string, 'label')
      seen.add(value)
      if (found.full) return
    }
  }
}

function titledValue(one: unknown, pointer: string, found: ProblemList): unknown {
  if (!isBag(one) || !Object.hasOwn(one, 'const')) return undefined
  for (const name of Object.keys(one))
    if (name !== 'const' && name !== 'title') found.add(pointer + step(name), 'A choice has const and title', 'keyword')
  const fault = one.title === undefined ? null : labelFault(one.title, formLimits.title)
  if (fault) found.add(`${pointer}/title`, fault, 'label')
  return one.const
}

const isOf = (type: FormType, value: unknown): boolean =>
  type === 'integer'
    ? Number.isInteger(value)
    : type === 'number'
      ? typeof value === 'number' && Number.isFinite(value)
      : typeof value === type
