import { Problem, type ProblemKind, problems } from '@guildhall/sdk'
import { SheetError } from '../sheets/index.ts'

const kinds: Partial<Record<SheetError['code'], ProblemKind>> = {
  'file-too-large': problems.payloadTooLarge,
  'legacy-excel': problems.unsupportedMediaType,
  'not-a-table': problems.unsupportedMediaType,
}

/** A file that is no table, as an answer: what is wrong, where, and what to do. Anything else goes on as it is. */
export function sheetProblem(error: unknown): unknown {
  if (!(error instanceof SheetError)) return error
  return new Problem(kinds[error.code] ?? problems.unprocessable, {
    detail: error.message.slice(0, 1000),
    errors: [{ pointer: '/file', message: error.message.slice(0, 1000), code: error.code }],
    extensions: { code: error.code, ...error.place },
    cause: error,
  })
}
