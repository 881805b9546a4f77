/** Files say of somebody that he left, and not when. */
import { addDays } from '@guildhall/sdk'
import type { MemberPatch } from '../member-schema.ts'
import type { MemberRecord } from '../refs.ts'

/**
 * The last day of a member of whom a row says only that he is none any more: the day before the import, which knows him
 * as gone. Null where the row says it, or the member is none already.
 */
export function lastDayUnsaid(
  row: Pick<MemberPatch, 'joinedOn' | 'leftOn'>,
  there: Pick<MemberRecord, 'joinedOn' | 'leftOn' | 'status'> | undefined,
  today: string,
): string | null {
  if (row.leftOn || there?.leftOn || there?.status === 'expired') return null
  const joinedOn = row.joinedOn ?? there?.joinedOn ?? ''
  const yesterday = addDays(today, -1)
  return joinedOn > yesterday ? joinedOn : yesterday
}
