/** A folded row as a new member, and what the API would say about it. */
import { metadataBytes } from '@guildhall/sdk'
import { Compile } from 'typebox/compile'
import { type ExternalId, MemberPatch } from '../member-schema.ts'
import type { NewMember } from '../refs.ts'
import type { FoldedMember } from './fold-member.ts'

export const externalIdsOf = (row: FoldedMember, system: string): ExternalId[] => [
  ...(row.externalId === undefined ? [] : [{ system, value: row.externalId }]),
  ...Object.entries(row.externalIds).map(([key, value]) => ({ system: key, value: String(value) })),
]

/** `joinedOn` is null where the file says nothing: a register is older than its import. */
export function newMember(row: FoldedMember, id: string, system: string): NewMember {
  const externalIds = externalIdsOf(row, system)
  return {
    id,
    joinedOn: null,
    ...row.patch,
    ...(externalIds.length > 0 && { externalIds }),
    ...(row.pending && { pending: true }),
    ...(row.suspended && { suspendedReason: 'Suspended when imported' }),
  }
}

const compiled = Compile(MemberPatch)

/** The same schema as the API's, compiled once. Fields that do not fit, with a sentence each. */
export function misfits(patch: MemberPatch): { field: string; message: string }[] {
  const found: { field: string; message: string }[] = []
  if (!compiled.Check(patch)) {
    const seen = new Set<string>()
    for (const error of compiled.Errors(patch)) {
      const field = error.instancePath
        .slice(1)
        .split('/')
        .slice(0, 2)
        .join('.')
        .replace(/\.\d+$/, '')
      if (seen.has(field)) continue
      seen.add(field)
      found.push({ field, message: `The value ${says(error)}.` })
    }
  }
  if (patch.metadata && Buffer.byteLength(JSON.stringify(patch.metadata)) > metadataBytes)
    found.push({
      field: 'metadata',
      message: `The columns kept as metadata hold more than ${metadataBytes / 1024} KB together.`,
    })
  return found
}

const says = (error: { message: string; schemaPath: string }): string => {
  const limit = /maxLength|maxItems/.test(error.schemaPath) ? error.message.replace(/^must/, 'must') : error.message
  return limit || 'does not fit'
}
