import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import type { InjectOptions, LightMyRequestResponse } from 'fastify'
import type { TestClient } from '#core/testing/index.ts'

/** The OpenAPI document as a client sees it: all that these tests know of the platform. */

export interface Schema {
  readonly type?: string | readonly string[]
  readonly format?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly items?: Schema
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly pattern?: string
  readonly minLength?: number
  readonly maxLength?: number
  readonly minimum?: number
  readonly maximum?: number
  readonly minItems?: number
  readonly maxItems?: number
  readonly uniqueItems?: boolean
  readonly additionalProperties?: boolean | Schema
  readonly default?: unknown
  readonly examples?: readonly unknown[]
  readonly description?: string
  readonly $ref?: string
}
export interface Parameter {
  readonly name: string
  readonly in: 'path' | 'query' | 'header' | 'cookie'
  readonly required?: boolean
  readonly description?: string
  readonly schema: Schema
}
type Content = Readonly<
  Record<string, { readonly schema?: Schema; readonly example?: unknown; readonly examples?: object }>
>
export interface Operation {
  readonly method: string
  readonly path: string
  readonly operationId: string
  readonly summary?: string
  readonly description?: string
  readonly tags?: readonly string[]
  readonly security?: readonly Readonly<Record<string, readonly string[]>>[]
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: { readonly required?: boolean; readonly content: Content }
  readonly responses: Readonly<
    Record<string, { readonly description: string; readonly content?: Content; readonly headers?: object }>
  >
}

/** Headers of the transport, of caches and of browsers' protection: they say nothing about this API. */
const ofEveryServer: ReadonlySet<string> = new Set([
  'cache-control',
  'connection',
  'content-encoding',
  'content-length',
  'content-security-policy',
  'content-type',
  'cross-origin-opener-policy',
  'cross-origin-resource-policy',
  'date',
  'keep-alive',
  'origin-agent-cluster',
  'referrer-policy',
  'strict-transport-security',
  'transfer-encoding',
  'vary',
  'x-accel-buffering',
  'x-content-type-options',
  'x-dns-prefetch-control',
  'x-download-options',
  'x-frame-options',
  'x-permitted-cross-domain-policies',
  'x-xss-protection',
])

type Paths = Readonly<Record<string, Readonly<Record<string, Omit<Operation, 'method' | 'path'>>>>>

const each = <A, B>(all: Readonly<Record<string, A>>, change: (one: A) => B): Record<string, B> =>
  Object.fromEntries(Object.entries(all).map(([name, one]) => [name, change(one)]))

export class Document {
  readonly json: Readonly<Record<string, unknown>>
  readonly operations: readonly Operation[]
  readonly #ajv = new Ajv2020({ strict: false, allErrors: false, formats: { currency: true } })
  readonly #validators = new Map<string, ValidateFunction>()

  constructor(json: Readonly<Record<string, unknown>>) {
    this.json = json
    formats.default(this.#ajv)
    this.#ajv.addKeyword({
      keyword: 'x-max-bytes',
      validate: (limit: number, value: unknown) => Buffer.byteLength(JSON.stringify(value) ?? '') <= limit,
    })
    const given = json.paths as Paths
    // Failures stand once among the components; here each operation has its own again.
    const paths = each(given, (byMethod) =>
      each(byMethod, ({ responses, ...operation }) => ({
        ...operation,
        responses: each(responses, (one) => this.#following(one)),
      })),
    )
    this.#ajv.addSchema({ ...json, paths }, 'document')
    this.operations = Object.entries(paths).flatMap(([path, byMethod]) =>
      Object.entries(byMethod).map(([method, operation]) => ({ ...operation, method: method.toUpperCase(), path })),
    )
  }

  /** @throws when the document has no such operation */
  operation(key: string): Operation {
    const found = this.find(key)
    if (!found) throw new Error(`The document has no ${key}`)
    return found
  }

  /** `GET /api/v1/members/{id}` */
  find(key: string): Operation | undefined {
    return this.operations.find(({ method, path }) => `${method} ${path}` === key)
  }

  get tags(): readonly { readonly name: string; readonly description: string }[] {
    return this.json.tags as never
  }

  get schemas(): Readonly<Record<string, Schema>> {
    return (this.json.components as { readonly schemas: Readonly<Record<string, Schema>> }).schemas
  }

  /** Follows one reference. */
  schema(schema: Schema): Schema {
    return this.#following(schema)
  }

  #following<T extends object>(one: T): T {
    const { $ref } = one as { readonly $ref?: string }
    if ($ref === undefined) return one
    const [, ...names] = $ref.split('/')
    return names.reduce<unknown>((inner, name) => (inner as Record<string, unknown>)[name], this.json) as T
  }

  bodySchema({ requestBody }: Operation): Schema | undefined {
    const schema = requestBody?.content['application/json']?.schema
    return schema && this.schema(schema)
  }

  /** Of its JSON body: beside the schema, and in it. */
  bodyExamples(operation: Operation): readonly unknown[] {
    const content = operation.requestBody?.content['application/json']
    return [
      ...(content?.example === undefined ? [] : [content.example]),
      ...(this.bodySchema(operation)?.examples ?? []),
    ]
  }

  #validator({ method, path }: Operation, rest: readonly string[]): ValidateFunction {
    const pointer = ['paths', path, method.toLowerCase(), ...rest]
      .map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1')))
      .join('/')
    let validate = this.#validators.get(pointer)
    if (!validate) {
      validate = this.#ajv.compile({ $ref: `document#/${pointer}` })
      this.#validators.set(pointer, validate)
    }
    return validate
  }

  fitsBody(operation: Operation, body: unknown): boolean {
    return this.#validator(operation, ['requestBody', 'content', 'application/json', 'schema'])(body)
  }

  /** Examples of answers that are none, by status. */
  misfits(operation: Operation): string[] {
    return Object.entries(operation.responses).flatMap(([status, { content = {} }]) =>
      Object.entries(content).flatMap(([type, { schema, example }]) => {
        if (example === undefined || !schema) return []
        const validate = this.#validator(operation, ['responses', status, 'content', type, 'schema'])
        return validate(example) ? [] : [`${status}: ${this.#ajv.errorsText(validate.errors)}`]
      }),
    )
  }

  /** What of an answer the document does not say; nothing is what one hopes for. */
  deviations(operation: Operation, response: LightMyRequestResponse): string[] {
    const at = `${operation.method} ${operation.path}: ${response.statusCode}`
    const documented = operation.responses[String(response.statusCode)]
    if (!documented) return [`${at} is not documented: ${response.body.slice(0, 300)}`]
    const silent = Object.keys(response.headers).filter(
      (name) =>
        !ofEveryServer.has(name) &&
        !Object.keys(documented.headers ?? {}).some((said) => said.toLowerCase() === name.toLowerCase()),
    )
    if (silent.length > 0) return [`${at} has headers the document is silent about: ${silent.join(', ')}`]
    const [type = ''] = String(response.headers['content-type'] ?? '').split(';')
    if (!documented.content) return response.body === '' ? [] : [`${at} has a body, the document says none`]
    const named = Object.keys(documented.content).find((one) => one.split(';')[0] === type)
    if (!named) return [`${at} is "${type}", the document says ${Object.keys(documented.content).join(', ')}`]
    if (!/^application\/(problem\+)?json$/.test(type)) return []
    const validate = this.#validator(operation, ['responses', String(response.statusCode), 'content', named, 'schema'])
    if (validate(response.json())) return []
    const [error] = validate.errors ?? []
    return [`${at} does not fit its schema: ${error?.instancePath} ${error?.message}: ${response.body.slice(0, 300)}`]
  }
}

export interface Call {
  readonly path?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string | number | boolean>>
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}

/** Calls by the document, and holds every answer against it. */
export class DocumentClient {
  readonly document: Document
  readonly #client: TestClient
  /** What was answered that the document does not say. */
  readonly deviations: string[] = []

  constructor(document: Document, client: TestClient) {
    this.document = document
    this.#client = client
  }

  async call(key: string, o: Call = {}): Promise<LightMyRequestResponse> {
    const operation = this.document.operation(key)
    const response = await this.#client.inject(requestFor(operation, o))
    this.deviations.push(...this.document.deviations(operation, response))
    return response
  }
}

export function requestFor(operation: Operation, o: Call): InjectOptions {
  const path = operation.path.replace(/\{(\w+)\}/g, (_whole, name: string) => encodeURIComponent(o.path?.[name] ?? ''))
  const query = new URLSearchParams(
    Object.entries(o.query ?? {}).map(([name, value]): [string, string] => [name, String(value)]),
  ).toString()
  return {
    method: operation.method as 'POST',
    url: query ? `${path}?${query}` : path,
    headers: { ...o.headers, ...(typeof o.body === 'string' ? { 'content-type': 'application/json' } : {}) },
    ...(o.body === undefined ? {} : { payload: o.body as object }),
  }
}

export async function documentOf(client: Pick<TestClient, 'get'>): Promise<Document> {
  return new Document((await client.get('/openapi.json')).json())
}
