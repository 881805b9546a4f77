/**
 * Families have one address, and an address belongs to one member: whoever has it keeps it, and the others of the file get
 * it as `metadata.contactEmail`.
 */
import type { MemberPatch } from '../member-schema.ts'
import type { ImportNotice, ImportOptions } from './import-schema.ts'
import type { KeptMember } from './member-plan.ts'

export const sharesEmails = (options: ImportOptions): boolean => options.sharedEmail !== 'conflict'

/** Values of a row, or of a member, whose address is another one's. */
export function withContactEmail<V extends { readonly email?: unknown; readonly metadata?: unknown }>(values: V): V {
  const { email, ...others } = values
  return { ...others, metadata: { ...(values.metadata as object | undefined), contactEmail: email } } as V
}

/** A planned row whose address turned out to be an earlier row's. @param there what the member has, if he is there */
export function shared(kept: KeptMember, there: { readonly metadata: object } | undefined): KeptMember {
  if (!kept.sharesEmail) return kept
  const { input, patch, changed = [] } = kept
  if (input?.email) return { ...kept, input: withContactEmail(input) }
  if (!patch?.email) return kept
  const whole: MemberPatch = { ...patch, metadata: { ...there?.metadata, ...patch.metadata } }
  const fields = new Set([...changed.filter((field) => field !== 'email'), 'metadata' as const])
  return { ...kept, patch: withContactEmail(whole), changed: [...fields] }
}

export const sharedNotice = (rows: number, column: string | null): ImportNotice => ({
  code: 'shared-email',
  column,
  rows,
  message:
    'The e-mail address belongs to another member or row, which keeps it; it is kept here as metadata.contactEmail. ' +
    'With the option sharedEmail=conflict such rows are left out.',
})
