import type { CustomField } from '../custom-fields/definition.ts'
import { comparableRows } from '../custom-fields/value.ts'
import type { Attached } from '../sql/write-members.ts'
import { keywordKey, type Profile } from './stored.ts'

/** The rows that make a profile findable by tag, skill, external id and custom field. */
export const attachedOf = (memberId: string, profile: Profile, fields: readonly CustomField[]): Attached => ({
  keywords: [
    ...profile.tags.map((tag) => ({ kind: 'tag' as const, value: keywordKey(tag), member_id: memberId })),
    ...profile.skills.map((skill) => ({ kind: 'skill' as const, value: keywordKey(skill), member_id: memberId })),
  ],
  externalIds: profile.externalIds.map(({ system, value }) => ({ system, value, member_id: memberId })),
  customValues: comparableRows(fields, profile.customFields).map((row) => ({ ...row, member_id: memberId })),
})

export const together = (all: readonly Attached[]): Attached => ({
  keywords: all.flatMap((one) => one.keywords),
  externalIds: all.flatMap((one) => one.externalIds),
  customValues: all.flatMap((one) => one.customValues),
})

/** What has to go and what has to come. */
export function exchange(before: Attached, after: Attached): { out: Attached; into: Attached } {
  const parts = ['keywords', 'externalIds', 'customValues'] as const
  const without = (from: Attached, minus: Attached) =>
    Object.fromEntries(
      parts.map((part) => {
        const keys = new Set(minus[part].map((row) => JSON.stringify(row)))
        return [part, from[part].filter((row) => !keys.has(JSON.stringify(row)))]
      }),
    ) as unknown as Attached
  return { out: without(before, after), into: without(after, before) }
}
