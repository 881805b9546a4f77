import { isTitle } from './names.ts'
import type { Parsed } from './parsed.ts'
import { isProblem } from './parsed.ts'
import { type Gender, parseGender } from './words.ts'

/** Words of a letter's first line, which say nothing of the person. */
const GREETING = /^(sehr|geehrter?|lieber?|liebes|hallo|dear|werter?)$/i

/**
 * A form of address: the gender it tells, and the title that stands with it (`Frau Dr.`). What is the address of several
 * people or of a firm tells no gender, and stays.
 */
export function parseSalutation(text: string): Parsed<Gender | null> {
  const words = text.split(/[\s,]+/).filter((word) => word !== '' && !GREETING.test(word))
  const titles = words.filter(isTitle)
  const also = titles.length > 0 ? { also: { title: titles.join(' ') } } : {}
  const form = words.filter((word) => !isTitle(word)).join(' ')
  if (form === '') return { value: null, ...also }
  const gender = parseGender(form)
  if (isProblem(gender)) return gender
  if (gender.value !== 'unknown') return { value: gender.value, ...also }
  return { value: null, ...(gender.notice && { notice: gender.notice, rest: text }), ...also }
}
