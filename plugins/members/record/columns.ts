/** Between a row of `members.member` and the record everybody works with. */
import type { ExternalId, MemberStatus } from '../member-schema.ts'
import type { MemberRecord } from '../refs.ts'

/** Columns of a record; the alias of the table is `m`. */
export const recordColumns = `m.id, m.first_name, m.middle_name, m.last_name, m.suffix, m.display_name, m.email, m.phone,
  m.address, m.birthday, m.gender, m.photo_url, m.language, m.notes, m.skills, m.tags, m.external_ids, m.custom_fields,
  m.metadata, m.emergency_contact, m.role, m.status, m.joined_on, m.left_on, m.user_id, m.pending, m.suspended_at,
  m.suspended_reason, m.deleted_at, m.merged_into, m.created_at, m.updated_at, m.version`

export interface MemberRow {
  readonly id: string
  readonly first_name: string | null
  readonly middle_name: string | null
  readonly last_name: string | null
  readonly suffix: string | null
  readonly display_name: string
  readonly email: string | null
  readonly phone: string | null
  readonly address: MemberRecord['address']
  readonly birthday: string | null
  readonly gender: string | null
  readonly photo_url: string | null
  readonly language: string | null
  readonly notes: string | null
  readonly skills: string[]
  readonly tags: string[]
  readonly external_ids: ExternalId[]
  readonly custom_fields: Record<string, unknown>
  readonly metadata: Record<string, unknown>
  readonly emergency_contact: MemberRecord['emergencyContact']
  readonly role: string
  readonly status: MemberStatus
  readonly joined_on: string | null
  readonly left_on: string | null
  readonly user_id: string | null
  readonly pending: boolean
  readonly suspended_at: Date | null
  readonly suspended_reason: string | null
  readonly deleted_at: Date | null
  readonly merged_into: string | null
  readonly created_at: Date
  readonly updated_at: Date
  readonly version: number
}

const iso = (at: Date | null): string | null => (at === null ? null : at.toISOString())

export const recordOf = (row: MemberRow): MemberRecord => ({
  id: row.id,
  displayName: row.display_name,
  firstName: row.first_name,
  middleName: row.middle_name,
  lastName: row.last_name,
  suffix: row.suffix,
  email: row.email,
  phone: row.phone,
  address: row.address,
  birthday: row.birthday,
  gender: row.gender,
  photoUrl: row.photo_url,
  language: row.language,
  notes: row.notes,
  skills: row.skills,
  tags: row.tags,
  externalIds: row.external_ids,
  customFields: row.custom_fields,
  metadata: row.metadata,
  emergencyContact: row.emergency_contact,
  role: row.role,
  status: row.status,
  joinedOn: row.joined_on,
  leftOn: row.left_on,
  userId: row.user_id,
  suspendedAt: iso(row.suspended_at),
  suspendedReason: row.suspended_reason,
  pending: row.pending,
  deletedAt: iso(row.deleted_at),
  mergedInto: row.merged_into,
  createdAt: row.created_at.toISOString(),
  updatedAt: row.updated_at.toISOString(),
  version: row.version,
})
