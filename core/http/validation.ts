/**
 * Two Ajv instances. Bodies are taken as they are: nothing is coerced, dropped or guessed (Fastify's defaults drop
 * unknown fields and turn null into "" and 0). Query, path and headers are text, so their values are read as the schema
 * says. All errors are collected, which is safe because every string and array is bounded (schema-check.ts).
 */
import { AjvCompiler, type BuildCompilerFromPool } from '@fastify/ajv-compiler'

type Shared = Parameters<BuildCompilerFromPool>[0]
type Options = Exclude<NonNullable<Parameters<BuildCompilerFromPool>[1]>, { mode: 'JTD' }>
type Ajv = Parameters<NonNullable<Options['onCreate']>>[0]
type Compile = ReturnType<BuildCompilerFromPool>

const common = { allErrors: true, verbose: true, useDefaults: true, strict: false, removeAdditional: false } as const

function maxBytes(ajv: Ajv): void {
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
      compiler(shared, { customOptions: { ...common, coerceTypes }, onCreate: maxBytes })
    const bodies = build(false)
    const texts = build('array')
    // Fastify hands over the whole route definition; the type speaks of Ajv's compile.
    return (route) => (typeof route === 'object' && route.httpPart === 'body' ? bodies(route) : texts(route))
  }
}
