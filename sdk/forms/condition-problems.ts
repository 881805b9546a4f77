/** `if`, `then`, `else`: fields that are there, or must be filled in, when another field has a certain value. */

import { isBag, step } from './schema.ts'
import type { Raw, SchemaWalk } from './schema-problems.ts'
import { formLimits } from './vocabulary.ts'

type Place = Parameters<SchemaWalk['schema']>[1]

export function conditionProblems(raw: Raw, place: Place, walk: SchemaWalk, names: readonly string[]): undefined {
  const { pointer } = place
  one(raw, pointer, place, walk, raw, names)
  if (raw.allOf === undefined) return
  const at = `${pointer}/allOf`
  if (!Array.isArray(raw.allOf) || raw.allOf.length === 0 || raw.allOf.length > formLimits.conditions)
    return walk.found.add(at, `Write a list of 1 to ${formLimits.conditions} conditions`, 'allOf')
  for (const [i, part] of raw.allOf.entries()) {
    const here = at + step(i)
    if (!isBag(part) || part.if === undefined) {
      walk.found.add(here, 'Write { if, then, else } here, and nothing else', 'allOf')
      continue
    }
    walk.known(part, ['if', 'then', 'else'], here)
    one(part, here, place, walk, raw, names)
    if (walk.found.full) return
  }
}

function one(
  raw: Raw,
  pointer: string,
  place: Place,
  walk: SchemaWalk,
  object: Raw,
  names: readonly string[],
): undefined {
  const { found } = walk
  if (raw.if === undefined) {
    for (const name of ['then', 'else'])
      if (raw[name] !== undefined) found.add(`${pointer}/${name}`, 'It needs an if', 'keyword')
    return
  }
  condition(raw.if, `${pointer}/if`, walk, [...names, ...elsewhere(object, raw)])
  for (const name of ['then', 'else']) {
    const branch = raw[name]
    if (branch === undefined) continue
    const at = `${pointer}/${name}`
    if (!isBag(branch)) {
      found.add(at, 'Write { properties, required }', 'type')
      continue
    }
    walk.known(branch, ['properties', 'required'], at)
    for (const field of isBag(branch.properties) ? Object.keys(branch.properties) : [])
      if (names.includes(field))
        found.add(`${at}/properties${step(field)}`, 'The field is there whatever the condition; name it anew', 'name')
    walk.properties(branch.properties, `${at}/properties`, place)
    const own = isBag(branch.properties) ? Object.keys(branch.properties) : []
    walk.required(branch.required, [...names, ...own], `${at}/required`)
  }
}

/** Fields that other conditions of the object bring. */
const elsewhere = (object: Raw, but: Raw): string[] =>
  [object, ...(Array.isArray(object.allOf) ? object.allOf : [])]
    .filter((one): one is Raw => isBag(one) && one !== but)
    .flatMap((one) => [one.then, one.else])
    .flatMap((branch) => (isBag(branch) && isBag(branch.properties) ? Object.keys(branch.properties) : []))

/** `{ properties: { field: { const } | { enum } }, required: [the same fields] }`. */
function condition(raw: unknown, pointer: string, walk: SchemaWalk, names: readonly string[]): undefined {
  const { found } = walk
  if (!isBag(raw) || !isBag(raw.properties) || Object.keys(raw.properties).length === 0)
    return found.add(pointer, 'Write { properties: { field: { const: value } }, required: ["field"] }', 'if')
  walk.known(raw, ['properties', 'required'], pointer)
  const fields = Object.keys(raw.properties)
  const required = Array.isArray(raw.required) ? raw.required : []
  for (const name of fields) {
    const at = `${pointer}/properties${step(name)}`
    if (!names.includes(name)) found.add(at, 'A condition looks at a field of the same object', 'if')
    else if (!required.includes(name))
      found.add(`${pointer}/required`, `Add "${name}", or the condition also holds while the field is empty`, 'if')
    const rule = (raw.properties as Raw)[name]
    if (!isBag(rule) || Object.keys(rule).length !== 1 || !isTest(rule))
      found.add(at, 'Write { const: value } or { enum: [values] }', 'if')
    if (found.full) return
  }
  walk.required(raw.required, fields, `${pointer}/required`)
}

const isScalar = (value: unknown): boolean => ['string', 'number', 'boolean'].includes(typeof value)
const isTest = (rule: Raw): boolean =>
  Object.hasOwn(rule, 'const')
    ? isScalar(rule.const)
    : Array.isArray(rule.enum) &&
      rule.enum.length > 0 &&
      rule.enum.length <= formLimits.choices &&
      rule.enum.every(isScalar)
