/** The meta-schema of forms, as a walk over the author's schema that is bounded before it begins. */
import { conditionProblems } from './condition-problems.ts'
import { formErrors } from './form-errors.ts'
import { labelFault } from './labels.ts'
import type { ProblemList } from './problem-list.ts'
import { rangeProblems, scalarProblems } from './scalar-problems.ts'
import { isBag, localRef, own, step } from './schema.ts'
import { type FormType, formLimits, formTypes, keywords, refusedKeywords } from './vocabulary.ts'

export type Raw = Readonly<Record<string, unknown>>

/** Where the walk stands. */
interface Place {
  readonly pointer: string
  readonly depth: number
  /** `$defs` on the way here: one that comes again would never end. */
  readonly refs: readonly string[]
  readonly inList: boolean
}

export class SchemaWalk {
  readonly root: Raw
  readonly found: ProblemList
  readonly #used = new Set<string>()
  readonly #defaults: { readonly schema: Raw; readonly pointer: string }[] = []
  #fields = 0

  constructor(root: Raw, found: ProblemList) {
    this.root = root
    this.found = found
  }

  run(pointer: string): undefined {
    const { found, root } = this
    if (root.type !== 'object') found.add(`${pointer}/type`, 'A form is an object: write "type": "object"', 'type')
    const { $defs } = root
    if ($defs !== undefined && !isBag($defs)) return found.add(`${pointer}/$defs`, 'Write an object', 'type')
    this.schema(root, { pointer, depth: 1, refs: [], inList: false })
    for (const name of Object.keys($defs ?? {}))
      if (!this.#used.has(name) && !found.full)
        found.add(`${pointer}/$defs${step(name)}`, 'Nothing refers to it; remove it', 'unused')
    // Only now: defaults are read by a schema that is known to be sound.
    if (found.errors.length > 0) return
    for (const { schema, pointer: at } of this.#defaults) {
      const whole = { ...schema, ...($defs ? { $defs } : {}) }
      for (const error of formErrors(whole, schema.default))
        found.add(`${at}/default${error.pointer}`, `The default does not fit: ${error.message}`, 'default')
    }
  }

  schema(raw: unknown, place: Place): undefined {
    const { found } = this
    const { pointer, depth } = place
    if (found.full || this.#fields > formLimits.fields) return
    if (!isBag(raw)) return found.add(pointer, 'Write a schema: an object with a type', 'type')
    if (raw.$ref !== undefined) return this.reference(raw, place)
    const type = raw.type as FormType
    if (!formTypes.includes(type))
      return found.add(`${pointer}/type`, `Write one of the types ${formTypes.join(', ')}`, 'type')
    if ((type === 'object' || type === 'array') && depth > formLimits.depth)
      return found.add(pointer, `Nest at most ${formLimits.depth} objects and lists`, 'depth')
    this.known(raw, keywords[type], pointer)
    this.labels(raw, pointer)
    if (Object.hasOwn(raw, 'default')) this.#defaults.push({ schema: raw, pointer })
    if (type === 'object') this.object(raw, place)
    else if (type === 'array') this.array(raw, place)
    else scalarProblems(raw, type, place, found)
  }

  known(raw: Raw, names: readonly string[], pointer: string): undefined {
    for (const name of Object.keys(raw)) {
      if (names.includes(name) || (name === '$defs' && raw === this.root)) continue
      const instead = own(refusedKeywords, name) ?? `A schema here may have: ${names.join(', ')}`
      this.found.add(pointer + step(name), instead, 'keyword')
      if (this.found.full) return
    }
  }

  labels(raw: Raw, pointer: string): undefined {
    for (const name of ['title', 'description'] as const) {
      const fault = raw[name] === undefined ? null : labelFault(raw[name], formLimits[name], name === 'description')
      if (fault) this.found.add(`${pointer}/${name}`, fault, 'label')
    }
  }

  reference(raw: Raw, place: Place): undefined {
    const { found } = this
    const at = `${place.pointer}/$ref`
    const name = typeof raw.$ref === 'string' ? localRef.exec(raw.$ref)?.[1] : undefined
    const target = name === undefined ? undefined : own(this.root.$defs as Raw | undefined, name)
    if (name === undefined) return found.add(at, 'Refer to a part of this schema, as "#/$defs/name"', '$ref')
    if (target === undefined) return found.add(at, `There is no "${name.slice(0, 60)}" in $defs`, '$ref')
    if (place.refs.includes(name)) return found.add(at, `"${name.slice(0, 60)}" refers to itself`, '$ref')
    this.known(raw, ['$ref', 'title', 'description', 'default'], place.pointer)
    this.labels(raw, place.pointer)
    this.#used.add(name)
    if (Object.hasOwn(raw, 'default') && isBag(target))
      this.#defaults.push({ schema: { ...target, default: raw.default }, pointer: place.pointer })
    this.schema(target, { ...place, pointer: `/schema/$defs${step(name)}`, refs: [...place.refs, name] })
  }

  object(raw: Raw, place: Place): undefined {
    const { found } = this
    const { pointer } = place
    if (raw.additionalProperties !== undefined && raw.additionalProperties !== false)
      found.add(`${pointer}/additionalProperties`, 'Unknown fields are always refused; leave it out', 'keyword')
    this.properties(raw.properties, `${pointer}/properties`, place)
    const names = isBag(raw.properties) ? Object.keys(raw.properties) : []
    this.required(raw.required, names, `${pointer}/required`)
    conditionProblems(raw, place, this, names)
  }

  /** Fields of an object or of a branch of it. */
  properties(raw: unknown, pointer: string, place: Place): undefined {
    if (raw === undefined) return
    if (!isBag(raw)) return this.found.add(pointer, 'Write an object of fields', 'type')
    for (const [name, field] of Object.entries(raw)) {
      const at = pointer + step(name)
      this.#fields += 1
      if (this.#fields > formLimits.fields)
        return this.found.add(pointer, `A form has at most ${formLimits.fields} fields`, 'fields')
      if (!isFieldName(name))
        this.found.add(at, 'Name a field with letters, digits, "_" and "-", a letter first, at most 60', 'name')
      else this.schema(field, { ...place, pointer: at, depth: place.depth + 1 })
      if (this.found.full) return
    }
  }

  required(raw: unknown, names: readonly string[], pointer: string): undefined {
    if (raw === undefined) return
    if (!Array.isArray(raw)) return this.found.add(pointer, 'Write a list of names of fields', 'type')
    for (const [i, name] of raw.entries()) {
      if (typeof name !== 'string' || !names.includes(name))
        this.found.add(pointer + step(i), 'There is no field of this name', 'name')
      else if (raw.indexOf(name) !== i)
        this.found.add(pointer + step(i), 'It is there twice; remove one', 'uniqueItems')
      if (this.found.full) return
    }
  }

  array(raw: Raw, place: Place): undefined {
    const { found } = this
    const { pointer, depth } = place
    rangeProblems(raw, 'minItems', 'maxItems', formLimits.items, pointer, found)
    if (raw.maxItems === undefined)
      found.add(`${pointer}/maxItems`, `Say how many entries at most, up to ${formLimits.items}`, 'maxItems')
    if (raw.uniqueItems !== undefined && typeof raw.uniqueItems !== 'boolean')
      found.add(`${pointer}/uniqueItems`, 'Write true or false', 'type')
    this.schema(raw.items, { ...place, pointer: `${pointer}/items`, depth: depth + 1, inList: true })
  }
}

/** What every object has already, such as `constructor` and `__proto__`, is no name for a field. */
const isFieldName = (name: string): boolean => /^[A-Za-z][A-Za-z0-9_-]{0,59}$/.test(name) && !(name in {})
