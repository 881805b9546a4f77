/**
 * Schema builders for every request: each string has a longest length and each array a most number of items, which is
 * what makes it safe to collect all validation errors (a boot check holds every route to it).
 *
 * Texts are normalised once, by the HTTP layer, before validation: NFC, trimmed, line ends as "\n", control characters
 * refused. So a schema counts what is stored, and handlers never clean again.
 */
import Type, { type TSchema } from 'typebox'
import { invalid } from './problems.ts'

interface Annotations {
  /** Its name in the OpenAPI document, such as `Member`. */
  readonly title?: string
  readonly description?: string
  readonly examples?: readonly unknown[]
  readonly default?: unknown
}

/** One line, 1..max characters unless `min` says otherwise. */
export const Text = (max: number, o: Annotations & { min?: number } = {}) => {
  const { min = 1, ...rest } = o
  return Type.String({ minLength: min, maxLength: max, pattern: '^[^\\n\\t]*$', 'x-says': 'must be one line', ...rest })
}
/** Several lines, 0..max characters. */
export const LongText = (max: number, o: Annotations = {}) => Type.String({ maxLength: max, ...o })
/** A person's or a thing's name: one line, at most 200 characters. */
export const Name = (o: Annotations = {}) => Text(200, o)
export const Uuid = (o: Annotations = {}) => Type.String({ format: 'uuid', maxLength: 36, ...o })
/** A calendar date, `YYYY-MM-DD`. */
export const DateOnly = (o: Annotations = {}) => Type.String({ format: 'date', maxLength: 10, ...o })
/** RFC 3339 with offset; answers are in UTC. */
export const Timestamp = (o: Annotations = {}) => Type.String({ format: 'date-time', maxLength: 40, ...o })
/** At most 254 characters (RFC 5321). */
export const Email = (o: Annotations = {}) => Type.String({ format: 'email', maxLength: 254, ...o })
/** An https or http address. */
export const Url = (o: Annotations = {}) =>
  Type.String({
    format: 'uri',
    maxLength: 2000,
    pattern: '^https?://',
    'x-says': 'must begin with https:// or http://',
    ...o,
  })
/** Lower-case letters, digits, `-` and `_`: the name of an organisation in addresses. */
export const Slug = (o: Annotations = {}) =>
  Type.String({
    minLength: 1,
    maxLength: 63,
    pattern: '^[a-z0-9][a-z0-9_-]*$',
    'x-says': 'must be lower-case letters, digits, "-" and "_", and begin with a letter or digit',
    ...o,
  })
const currencies: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'))
/** Whether it is a code of ISO 4217; the format `currency` of schemas. */
export const isCurrency = (code: string): boolean => currencies.has(code)

/** A code of ISO 4217, such as EUR. */
export const Currency = (o: Annotations = {}) =>
  Type.String({
    minLength: 3,
    maxLength: 3,
    pattern: '^[A-Z]{3}$',
    format: 'currency',
    'x-says': 'must be a currency code such as EUR',
    ...o,
  })

export const Nullable = <S extends TSchema>(schema: S) => Type.Union([schema, Type.Null()])
/** At most `max` items. */
export const List = <S extends TSchema>(item: S, max: number, o: Annotations & { uniqueItems?: boolean } = {}) =>
  Type.Array(item, { maxItems: max, ...o })
/** An object that refuses unknown fields. */
export const Closed = <P extends Parameters<typeof Type.Object>[0]>(
  properties: P,
  o: Annotations & { $id?: string } = {},
) => Type.Object(properties, { additionalProperties: false, ...o })

/** Of a plan, sent back to apply it: 64 hexadecimal digits. */
export const PlanHash = (o: Annotations = {}) =>
  Text(64, {
    description: 'The `hash` of the plan that was shown',
    examples: ['2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae'],
    ...o,
  })

/** Bytes of JSON in `metadata`. */
export const metadataBytes = 16_384
/** Free JSON of the caller's; `x-max-bytes` is a rule of the HTTP layer's validator. */
export const Metadata = (o: Annotations = {}) =>
  Type.Unsafe<Record<string, unknown>>({
    type: 'object',
    additionalProperties: true,
    'x-max-bytes': metadataBytes,
    description: `Free JSON, at most ${metadataBytes / 1024} KB`,
    ...o,
  })

/**
 * Everything Unicode calls a control (Cc) but line feed and tab, lone surrogates, which no UTF-8 can carry, and what
 * turns the direction of all that follows: a name must not be able to write over its neighbour (UTS #39). Right-to-left
 * texts need none of them.
 */
const refused = /(?![\n\t])[\p{Cc}\p{Surrogate}\u202a-\u202e\u2066-\u2069]/u
const heap = /\p{M}{31}/u
/**
 * More marks upon one letter than any language writes (UAX #15, Stream-Safe Text). To be asked before a text is composed:
 * to order them takes the square of their number.
 */
export const heapsMarks = (text: string): boolean => heap.test(text)
/** Space that nobody sees, at the ends: a text of nothing else is empty. */
const unseen = /[\s\u200b-\u200d\u2060\ufeff]/u

/** Character by character: an expression for the end would try every space within, each time up to the next letter. */
function withoutEdges(text: string): string {
  let from = 0
  let to = text.length
  while (from < to && unseen.test(text[from] as string)) from++
  while (to > from && unseen.test(text[to - 1] as string)) to--
  return text.slice(from, to)
}

/**
 * NFC, trimmed, line ends as "\n".
 * @throws Problem 400 with the pointer when a control character is inside, or a letter under a heap of marks.
 */
export function cleanText(text: string, pointer = ''): string {
  if (heapsMarks(text))
    throw invalid(pointer, 'Remove the marks: at most 30 stand upon one letter', { code: 'controlCharacter' })
  const clean = withoutEdges(text.replaceAll('\r\n', '\n').normalize('NFC'))
  const bad = refused.exec(clean)
  if (bad) {
    const code = clean.codePointAt(bad.index)!.toString(16).toUpperCase().padStart(4, '0')
    const where = clean.includes('\n') ? ` from line ${clean.slice(0, bad.index).split('\n').length}` : ''
    throw invalid(pointer, `Remove the control character U+${code}${where}`, { code: 'controlCharacter' })
  }
  return clean
}
