import type { Tx } from '@guildhall/sdk'
import { emailKey, nameKey } from '../normalise.ts'
import type { DuplicateCandidate, FoundDuplicate } from '../refs.ts'
import { type MatchRow, matches } from '../sql/duplicates.ts'

/** Living members that these people may already be. */
export async function findDuplicates(
  tx: Tx,
  candidates: readonly DuplicateCandidate[],
): Promise<readonly FoundDuplicate[]> {
  if (candidates.length === 0) return []
  const rows = await matches(
    tx,
    candidates.map((one) => ({
      key: one.key,
      name_key:
        one.firstName || one.lastName
          ? nameKey(one.firstName ?? '', one.lastName ?? '')
          : nameKey('', one.displayName ?? ''),
      email_key: one.email ? emailKey(one.email) : null,
      birthday: one.birthday ?? null,
    })),
  )
  return rows.map((row) => ({ key: row.key, memberId: row.id, score: scoreOf(row), reasons: reasonsOf(row) }))
}

const scoreOf = (row: MatchRow): number => (row.same_email ? 100 : row.same_birthday ? 95 : 60)
const reasonsOf = (row: MatchRow): FoundDuplicate['reasons'] => [
  ...(row.same_email ? (['email'] as const) : []),
  ...(row.same_name ? (['name'] as const) : []),
  ...(row.same_birthday ? (['birthday'] as const) : []),
]
