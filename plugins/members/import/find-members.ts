/** Whom a row means: by the record's own id, by number, by e-mail address, by name and birthday, in this order. */
import { isUuid, type Tx } from '@guildhall/sdk'
import { emailKey, foldText, nameKey } from '../normalise.ts'
import { externalIdKey, idsByEmailKey, idsByExternalId } from '../sql/read-members.ts'

/** What a row says about who it is. */
export interface Person {
  readonly recordId?: string
  readonly externalId?: string
  readonly email?: string
  readonly firstName?: string
  readonly lastName?: string
  readonly displayName?: string
  readonly birthday?: string
}
export type Found = (
  | { readonly kind: 'none' }
  | { readonly kind: 'one'; readonly id: string }
  | {
      readonly kind: 'doubtful'
      readonly field: keyof Person
      readonly reason: string
      readonly accepted: string
      readonly candidates: readonly string[]
    }
  | { readonly kind: 'unknown'; readonly field: keyof Person; readonly reason: string; readonly accepted: string }
) & {
  /** The address is another member's, and may be shared. */
  readonly emailTaken?: true
}

interface Known {
  readonly id: string
  readonly name_key: string
  readonly birthday: string | null
  readonly first_name_key: string
  readonly last_name_key: string
  readonly email_key: string | null
  readonly number: string | null
}

const known = `
SELECT m.id, m.name_key, m.birthday::text, m.first_name_key, m.last_name_key, m.email_key,
       (SELECT e.value FROM members.external_id e
         WHERE e.tenant_id = m.tenant_id AND e.member_id = m.id AND e.system = $5 LIMIT 1) AS number
  FROM members.member m
 WHERE m.tenant_id = $1 AND m.deleted_at IS NULL
   AND m.id IN (SELECT id FROM members.member WHERE tenant_id = $1 AND deleted_at IS NULL AND name_key = ANY($2::text[])
                UNION SELECT unnest($3::uuid[])
                UNION SELECT id FROM members.member WHERE tenant_id = $1 AND deleted_at IS NULL AND email_key = ANY($4::text[]))`

/** By which sound a name is looked up; the same rule as for stored members. */
export const soundOf = (p: Person): string =>
  p.firstName || p.lastName ? nameKey(p.firstName ?? '', p.lastName ?? '') : nameKey('', p.displayName ?? '')
// Where a part of the name is missing, the whole of it stands for the part, as with stored members.
const firstOf = (p: Person): string => foldText(p.firstName ?? p.displayName ?? p.lastName ?? '')
const lastOf = (p: Person): string => foldText(p.lastName ?? p.displayName ?? p.firstName ?? '')

/** The name as it is written, folded: what tells people apart who have nothing else. */
export const foldedName = (p: Person): string => `${lastOf(p)}|${firstOf(p)}`

/**
 * Looks a batch up in three statements; the answer is asked row by row.
 * @param o.sharing people may share an address: one that is somebody else's does not say who somebody is. Default false
 */
export async function findPeople(
  tx: Tx,
  people: readonly Person[],
  system: string,
  o: { sharing?: boolean } = {},
): Promise<(p: Person) => Found> {
  const numbers = people.flatMap(({ externalId }) => (externalId ? [{ system, value: externalId }] : []))
  const emails = people.flatMap(({ email }) => (email ? [emailKey(email)] : []))
  const ids = people.flatMap(({ recordId }) => (recordId && isUuid(recordId) ? [recordId] : []))
  const names = [...new Set(people.filter(named).map(soundOf))]
  const byNumber = numbers.length > 0 ? await idsByExternalId(tx, numbers) : new Map<string, string>()
  const byEmail = emails.length > 0 ? await idsByEmailKey(tx, emails) : new Map<string, string>()
  const rows = await tx.query<Known>(known, [tx.tenantId, names, [...ids, ...byNumber.values()], emails, system])
  const byId = new Map(rows.map((row) => [row.id, row]))
  const bySound = Map.groupBy(rows, (row) => row.name_key)
  const look = (p: Person, { taken = false } = {}): Found => {
    if (p.recordId) {
      return isUuid(p.recordId) && byId.has(p.recordId.toLowerCase())
        ? { kind: 'one', id: p.recordId.toLowerCase() }
        : {
            kind: 'unknown',
            field: 'recordId',
            reason: 'There is no member with this record id.',
            accepted: 'a record id of an export of this organisation, or a blank cell',
          }
    }
    const numbered = p.externalId ? byNumber.get(externalIdKey({ system, value: p.externalId })) : undefined
    const mailed = p.email && !taken ? byEmail.get(emailKey(p.email)) : undefined
    if (numbered) {
      const holder = byId.get(numbered)
      if (holder && isSomebodyElse(p, holder))
        return doubtful(
          'externalId',
          'This number belongs to a member with another name.',
          'the number of this person, or the name and birthday of the member who has it',
          [numbered],
        )
      if (mailed === undefined || mailed === numbered) return { kind: 'one', id: numbered }
      return doubtful(
        'email',
        'This e-mail address belongs to another member.',
        'an address nobody else has, or a blank cell',
        [mailed],
      )
    }
    if (mailed) return byMail(p, byId.get(mailed), mailed)
    return named(p) ? byName(p, bySound.get(soundOf(p)) ?? [], { taken }) : { kind: 'none' }
  }
  return (p) => {
    const found = look(p)
    const elsewhere = o.sharing && found.kind === 'doubtful' && found.field === 'email'
    return elsewhere ? { ...look(p, { taken: true }), emailTaken: true } : found
  }
}

const named = (p: Person): boolean => Boolean(p.firstName || p.lastName || p.displayName)

const doubtful = (field: keyof Person, reason: string, accepted: string, candidates: readonly string[]): Found => ({
  kind: 'doubtful',
  field,
  reason,
  accepted,
  candidates: candidates.slice(0, 20),
})

/** A name may change by marriage or be mistyped; both names and no birthday in common are another person. */
const isSomebodyElse = (p: Person, member: Known): boolean =>
  Boolean(p.firstName && p.lastName) &&
  member.first_name_key !== '' &&
  member.last_name_key !== '' &&
  foldText(p.firstName!) !== member.first_name_key &&
  foldText(p.lastName!) !== member.last_name_key &&
  !(p.birthday !== undefined && p.birthday === member.birthday)

/** Families share addresses: the same address with another first name is another person. */
function byMail(p: Person, member: Known | undefined, id: string): Found {
  if (!member) return { kind: 'one', id }
  if (p.externalId && member.number !== null && member.number !== p.externalId)
    return doubtful(
      'email',
      'This e-mail address belongs to a member with another number.',
      'an address nobody else has, or a blank cell',
      [id],
    )
  const sameBirthday = p.birthday !== undefined && p.birthday === member.birthday
  const otherName =
    Boolean(p.firstName) && foldText(p.firstName!) !== member.first_name_key && soundOf(p) !== member.name_key
  if (otherName && !sameBirthday)
    return doubtful(
      'email',
      'This e-mail address belongs to a member with another name.',
      'an address nobody else has, or a blank cell',
      [id],
    )
  return { kind: 'one', id }
}

const tellApart = 'a member number, e-mail address or birthday that tells them apart'

/** @param o.taken the address is known to be another one's: it says who somebody is not, and nothing more */
function byName(p: Person, namesakes: readonly Known[], o: { taken: boolean }): Found {
  const email = p.email ? emailKey(p.email) : null
  const possible = namesakes.filter(
    (k) =>
      !(p.externalId && k.number !== null) &&
      !(p.birthday && k.birthday && p.birthday !== k.birthday) &&
      !(email && k.email_key && email !== k.email_key && !(p.birthday && k.birthday)),
  )
  const sameDay = possible.filter((k) => p.birthday !== undefined && k.birthday === p.birthday)
  const field = p.lastName ? 'lastName' : p.firstName ? 'firstName' : 'displayName'
  if (sameDay.length === 1) return { kind: 'one', id: sameDay[0]!.id }
  if (sameDay.length > 1)
    return doubtful(
      field,
      `${sameDay.length} members have this name and birthday.`,
      tellApart,
      sameDay.map(({ id }) => id),
    )
  // A number of its own says that it is somebody; without one, the same spelling is a doubt.
  if (p.externalId) return { kind: 'none' }
  const alike = possible.filter((k) => `${k.last_name_key}|${k.first_name_key}` === foldedName(p))
  if (alike.length === 0) return { kind: 'none' }
  const ids = alike.map(({ id }) => id)
  if (p.birthday || (email && !o.taken))
    return doubtful(
      field,
      'There is a member of this name, and nothing says whether it is the same person.',
      tellApart,
      ids,
    )
  if (alike.length > 1) return doubtful(field, `${alike.length} members have this name.`, tellApart, ids)
  return { kind: 'one', id: ids[0]! }
}
