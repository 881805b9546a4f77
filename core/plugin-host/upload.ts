import { randomUUID } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { Problem, problems, type Upload } from '@guildhall/sdk'
import type { FastifyRequest } from 'fastify'

/** Short texts beside the file: mapping, options. */
const fieldBytes = 65_536

/**
 * Writes the one file of a multipart request to disk as it arrives; nothing of it is kept in memory.
 * @throws Problem 415 without multipart, 400 without a file or with two, 413 when it is too large.
 */
export async function receiveUpload(request: FastifyRequest, folder: string, maxBytes: number): Promise<Upload> {
  if (!request.isMultipart())
    throw new Problem(problems.unsupportedMediaType, { detail: 'Send multipart/form-data with one part "file".' })
  const path = join(folder, `${randomUUID()}.upload`)
  const fields: Record<string, string> = {}
  let fileName: string | null = null
  try {
    for await (const part of request.parts({
      limits: { files: 1, fileSize: maxBytes, fields: 20, fieldSize: fieldBytes },
    })) {
      if (part.type === 'field') fields[part.fieldname] = String(part.value)
      else {
        fileName = part.filename.slice(0, 200)
        await pipeline(part.file, createWriteStream(path, { mode: 0o600 }))
        if (part.file.truncated)
          throw new Problem(problems.payloadTooLarge, {
            detail: `A file may have at most ${Math.floor(maxBytes / 1_048_576)} MB.`,
          })
      }
    }
    if (fileName === null)
      throw new Problem(problems.validationFailed, {
        errors: [{ pointer: '/file', message: 'is missing: send the file as a part named "file"' }],
      })
    return { path, fileName, bytes: (await stat(path)).size, fields }
  } catch (error) {
    await rm(path, { force: true })
    if ((error as { code?: string }).code?.startsWith('FST_FILES_LIMIT'))
      throw new Problem(problems.validationFailed, {
        errors: [{ pointer: '/file', message: 'send one file at a time' }],
        cause: error,
      })
    throw error
  }
}
