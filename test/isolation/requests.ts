import { randomUUID } from 'node:crypto'
import type { InjectOptions } from 'fastify'
import type { RegisteredRoute } from '../support/registered-routes.ts'
import type { Sample } from './expected/index.ts'

/** A sample as a request of this route. */
export function requestOf({ method, url }: RegisteredRoute, sample: Sample): InjectOptions {
  const path = url.replace(/:(\w+)/g, (_whole, name: string) => encodeURIComponent(sample.path?.[name] ?? randomUUID()))
  const query = new URLSearchParams(sample.query).toString()
  const address = query ? `${path}?${query}` : path
  if (sample.file) return { method: method as 'POST', url: address, ...multipart(sample.file) }
  return {
    method: method as 'POST',
    url: address,
    ...(sample.body === undefined ? {} : { payload: sample.body }),
  }
}

export function multipart(file: NonNullable<Sample['file']>): Pick<InjectOptions, 'headers' | 'payload'> {
  const boundary = randomUUID()
  const fields = Object.entries(file.fields ?? {}).map(
    ([name, value]) => `--${boundary}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  )
  const content = `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="${file.name}"\r\ncontent-type: text/csv\r\n\r\n${file.content}\r\n`
  return {
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
    payload: [...fields, content, `--${boundary}--\r\n`].join(''),
  }
}

interface Schema {
  readonly format?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly items?: Schema
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly allOf?: readonly Schema[]
}

/** Places of a schema that hold ids, as `/groupIds/0`. */
export function idPlaces(schema: unknown, at = ''): string[] {
  if (typeof schema !== 'object' || schema === null) return []
  const { format, properties = {}, items, anyOf = [], oneOf = [], allOf = [] } = schema as Schema
  return [
    ...new Set([
      ...(format === 'uuid' ? [at] : []),
      ...Object.entries(properties).flatMap(([name, inner]) => idPlaces(inner, `${at}/${name}`)),
      ...(items ? idPlaces(items, `${at}/0`) : []),
      ...[...anyOf, ...oneOf, ...allOf].flatMap((inner) => idPlaces(inner, at)),
    ]),
  ]
}

export const valueAt = (value: unknown, place: string): unknown =>
  place
    .split('/')
    .slice(1)
    .reduce<unknown>((inner, name) => (inner as Record<string, unknown> | undefined)?.[name], value)
