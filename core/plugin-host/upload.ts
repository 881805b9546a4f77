import { createHash, type Hash, randomUUID } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { Problem, problems, type Upload } from '@guildhall/sdk'
import type { FastifyRequest } from 'fastify'

/** Short texts beside the file: mapping, options. */
const fieldBytes = 65_536

export interface ReceivedForm {
  readonly upload: Upload
  /** Of the file, its name and the other parts, in whichever order they came: what makes two forms the same. */
  readonly fingerprint: string
}

/**
 * Writes the one file of a multipart request to disk as it arrives; nothing of it is kept in memory.
 * @param o.fields names of the parts beside the file
 * @throws Problem 415 without multipart, 400 without a file, with two, with a field that is none and for a form that
 * breaks off, 413 when it is too large.
 */
export async function receiveUpload(
  request: FastifyRequest,
  o: { folder: string; maxBytes: number; fields: readonly string[] },
): Promise<ReceivedForm> {
  if (!request.isMultipart())
    throw new Problem(problems.unsupportedMediaType, { detail: 'Send multipart/form-data with one part "file".' })
  const path = join(o.folder, `${randomUUID()}.upload`)
  try {
    const { fields, fileName, content } = await receive(request, { ...o, path })
    if (fileName === null) throw invalidForm('/file', 'is missing: send the file as a part named "file"')
    return {
      upload: { path, fields, fileName, bytes: (await stat(path)).size },
      fingerprint: JSON.stringify([fileName, content, Object.entries(fields).toSorted(([a], [b]) => (a < b ? -1 : 1))]),
    }
  } catch (error) {
    await rm(path, { force: true })
    throw problemOf(error)
  }
}

interface Received extends Pick<Upload, 'fields'> {
  readonly fileName: string | null
  /** SHA-256 of the file. */
  readonly content: string
}

async function receive(
  request: FastifyRequest,
  o: { path: string; maxBytes: number; fields: readonly string[] },
): Promise<Received> {
  const fields: Record<string, string> = {}
  const hash = createHash('sha256')
  let fileName: string | null = null
  const parts = request.parts({ limits: { files: 1, fileSize: o.maxBytes, fields: 20, fieldSize: fieldBytes } })
  let next = parts.next()
  for (let step = await next; !step.done; step = await next) {
    const part = step.value
    // Asked for while the file arrives: that it breaks off is told there, and nowhere else.
    next = parts.next()
    next.catch(() => {})
    if (part.type === 'field') {
      if (!o.fields.includes(part.fieldname)) throw unknownField(part.fieldname, o.fields)
      // A part that says it is JSON comes parsed.
      fields[part.fieldname] = typeof part.value === 'string' ? part.value : JSON.stringify(part.value)
      continue
    }
    fileName = part.filename.slice(0, 200)
    const written = createWriteStream(o.path, { mode: 0o600 })
    const arrived = pipeline(part.file, counting(hash), written)
    await Promise.race([arrived, next.then(() => arrived)]).finally(() => written.destroy())
    if (part.file.truncated)
      throw new Problem(problems.payloadTooLarge, {
        detail: `A file may have at most ${Math.floor(o.maxBytes / 1_048_576)} MB.`,
      })
  }
  return { fields, fileName, content: hash.digest('hex') }
}

/** Lets through what it is given, and counts it in. */
const counting = (hash: Hash) =>
  async function* (chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      hash.update(chunk)
      yield chunk
    }
  }

const invalidForm = (pointer: string, message: string, cause?: unknown): Problem =>
  new Problem(problems.validationFailed, { errors: [{ pointer, message }], cause })

const unknownField = (name: string, fields: readonly string[]): Problem =>
  invalidForm(`/${name.slice(0, 80)}`, `is not a part of this form: send ${['file', ...fields].join(', ')}`)

/** The parser's own errors have neither a code nor a status; those of disk and connection have a code. */
function problemOf(error: unknown): unknown {
  const { code } = error as { code?: string }
  if (code?.startsWith('FST_FILES_LIMIT')) return invalidForm('/file', 'send one file at a time', error)
  if (error instanceof Problem || !(error instanceof Error) || code !== undefined) return error
  return new Problem(problems.malformedRequest, { detail: `The form cannot be read: ${error.message}.`, cause: error })
}
