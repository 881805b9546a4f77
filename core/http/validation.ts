/**
 * Two Ajv instances. Bodies are taken as they are: nothing is coerced, dropped or guessed (Fastify's defaults drop
 * unknown fields and turn null into "" and 0). Query, path and headers are text, so their values are read as the schema
 * says. All errors are collected, which is safe because every string and array is bounded (schema-check.ts).
 *
 * Checks and serializers are compiled at a route's first request: compiling some 160 routes at the start took 30 MB and
 * most of the start, for routes of which a process serves a few. The instances themselves are made then too, since each
 * compiles the schema of schemas first. Tests call every route, so none can hide a bad schema.
 */
import { AjvCompiler, type BuildCompilerFromPool } from '@fastify/ajv-compiler'
import { SerializerSelector } from '@fastify/fast-json-stringify-compiler'
import { isCalendarDate, isCurrency, isInstant } from '@guildhall/sdk'
import { writtenWithoutChoice } from './answer-schema.ts'

type Shared = Parameters<BuildCompilerFromPool>[0]
type Options = Exclude<NonNullable<Parameters<BuildCompilerFromPool>[1]>, { mode: 'JTD' }>
type Ajv = Parameters<NonNullable<Options['onCreate']>>[0]
type Compile = ReturnType<BuildCompilerFromPool>

const common = { allErrors: true, verbose: true, useDefaults: true, strict: false, removeAdditional: false } as const

/** Words of ours in schemas. */
function ownWords(ajv: Ajv): void {
  ajv.addFormat('currency', isCurrency)
  // Ajv's own let in the year 0, which the database refuses.
  ajv.addFormat('date', isCalendarDate)
  ajv.addFormat('date-time', isInstant)
  ajv.addKeyword({
    keyword: 'x-max-bytes',
    validate: (limit: number, value: unknown) => Buffer.byteLength(JSON.stringify(value) ?? '') <= limit,
  })
}

/** For Fastify's `schemaController.compilersFactory.buildValidator`. */
export function buildValidator(): (shared: Shared) => Compile {
  const compiler = AjvCompiler()
  return (shared) => {
    const build = (coerceTypes: false | 'array') =>
      compiler(shared, { customOptions: { ...common, coerceTypes }, onCreate: ownWords })
    // Fastify hands over the whole route definition; the type speaks of Ajv's compile. The compiler keeps what it built.
    return (route) =>
      atFirstUse(() => build(typeof route === 'object' && route.httpPart === 'body' ? false : 'array')(route))
  }
}

type Validate = ReturnType<Compile>

function atFirstUse(compile: () => Validate): Validate {
  let compiled: Validate | undefined
  // Fastify reads the errors off the function it called.
  const validate = ((data: unknown) => {
    compiled ??= compile()
    const valid = compiled(data)
    validate.errors = compiled.errors ?? null
    return valid
  }) as Validate
  return validate
}

type BuildSerializer = ReturnType<typeof SerializerSelector>

/** For Fastify's `schemaController.compilersFactory.buildSerializer`. */
export function buildSerializer(): BuildSerializer {
  const factory = SerializerSelector()
  return (shared, options) => {
    // It looks into unions by an Ajv of its own, which tells the terminal of formats that it does not know.
    const compile = factory(shared, { ...options, ajv: { formats: { currency: true } } } as typeof options)
    return (route) => {
      let serialize: ReturnType<typeof compile> | undefined
      return (data: unknown) => {
        serialize ??= compile({ ...route, schema: writtenWithoutChoice(route.schema) } as typeof route)
        return serialize(data)
      }
    }
  }
}
