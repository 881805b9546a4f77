import { Closed, invalid, List, Text } from '@guildhall/sdk'
import Type from 'typebox'
import { keywordKey } from '../../record/stored.ts'
import { lockMembers } from '../../sql/read-members.ts'
import { change, conflict, type Operation, quietly, unchanged, type Work } from '../operation.ts'

/** As the field of the member allows. */
const mostTags = 50
const Tags = List(Text(60), mostTags)

const wantedOf = ({ parameters }: Work): { add: readonly string[]; remove: ReadonlySet<string> } => {
  const { add = [], remove = [] } = parameters as { add?: string[]; remove?: string[] }
  if (add.length + remove.length === 0)
    throw invalid('/parameters', 'Give tags to add or to remove', { code: 'minProperties' })
  return { add, remove: new Set(remove.map(keywordKey)) }
}

/** The tags afterwards. `Board` and `board` are one tag; what stands there keeps its spelling. */
function tagsAfter(tags: readonly string[], { add, remove }: ReturnType<typeof wantedOf>): string[] {
  const kept = tags.filter((tag) => !remove.has(keywordKey(tag)))
  const present = new Set(kept.map(keywordKey))
  for (const tag of add) {
    if (present.has(keywordKey(tag))) continue
    present.add(keywordKey(tag))
    kept.push(tag)
  }
  return kept
}

const same = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((tag, i) => tag === b[i])

export const tag: Operation = {
  operation: 'tag',
  title: 'Add tags to members, or take them away',
  permission: 'members.update',
  parameters: Closed({ add: Type.Optional(Tags), remove: Type.Optional(Tags) }),
  plan: async (_tx, subjects, work) => {
    const wanted = wantedOf(work)
    return subjects.map((one) => {
      const after = tagsAfter(one.tags, wanted)
      if (same(after, one.tags)) return unchanged(one, 'The tags are so already.')
      return after.length > mostTags ? conflict(one, `Would have more than ${mostTags} tags.`) : change(one)
    })
  },
  apply: async (tx, ids, work) => {
    const wanted = wantedOf(work)
    const records = await lockMembers(tx, ids)
    const changes = [...records.values()].map(({ id, tags }) => ({ id, patch: { tags: tagsAfter(tags, wanted) } }))
    await work.caller.members.updateMany(tx, changes, { ...quietly(work), activity: 'tagged' })
  },
}
