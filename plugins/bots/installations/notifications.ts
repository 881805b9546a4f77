import type { ProblemError, Tx } from '@guildhall/sdk'
import type { BotsContext } from '../context.ts'
import type { Language } from '../definitions/requests.ts'
import { requireNoFault } from './faults.ts'
import { lookUp, type NamedThing } from './lookups.ts'
import type { NotificationsInput } from './settings-schema.ts'
import type { InstalledNotifications, ToldPeople } from './stored.ts'

/** Somebody hears of a failure unless an administrator says otherwise. */
export const defaultNotifications: InstalledNotifications = { failure: { roles: ['makerspace_admin'], by: ['inbox'] } }
const occasions = ['failure', 'success', 'digest'] as const

/** Occasions left out stay; null tells nobody. @throws Problem 400 */
export async function mergedNotifications(
  ctx: BotsContext,
  tx: Tx,
  before: InstalledNotifications,
  sent: NotificationsInput | undefined,
  language: Language,
): Promise<InstalledNotifications> {
  if (!sent) return before
  const roles = new Set((await ctx.use.access.roles(tx)).map(({ key }) => key))
  const errors: ProblemError[] = []
  for (const occasion of occasions) {
    const told = sent[occasion]
    if (told) errors.push(...(await faults(ctx, tx, told as ToldPeople, roles, `/notifications/${occasion}`)))
  }
  requireNoFault(errors, language)
  return Object.fromEntries(
    occasions.flatMap((occasion) => {
      const told = sent[occasion] === undefined ? before[occasion] : sent[occasion]
      return told ? [[occasion, told]] : []
    }),
  )
}

async function faults(
  ctx: BotsContext,
  tx: Tx,
  told: ToldPeople,
  roles: ReadonlySet<string>,
  at: string,
): Promise<ProblemError[]> {
  const { by, url, addresses = [], members = [] } = told
  const errors: ProblemError[] = []
  const refuse = (pointer: string, message: string, code: string) =>
    errors.push({ pointer: at + pointer, message, code })
  for (const [i, role] of (told.roles ?? []).entries())
    if (!roles.has(role)) refuse(`/roles/${i}`, `Roles here: ${[...roles].join(', ')}`, 'unknown')
  const named = members.map((value, i): NamedThing => ({ pointer: `${at}/members/${i}`, format: 'member', value }))
  errors.push(...(await lookUp(ctx, tx, named)))
  const people = (told.roles ?? []).length + members.length
  if (by.includes('inbox') && people === 0)
    refuse('/by', 'An inbox belongs to a person: name roles or members', 'required')
  if (by.includes('mail') && people + addresses.length === 0)
    refuse('/by', 'Name roles, members or addresses to write to', 'required')
  if (by.includes('mail') && !ctx.use.email) refuse('/by', 'E-mail is switched off here', 'unavailable')
  if (by.includes('inbox') && !ctx.use.notifications) refuse('/by', 'Inboxes are switched off here', 'unavailable')
  if (by.includes('webhook') && !url) refuse('/url', 'Where shall it be sent to?', 'required')
  if (url !== undefined && !url.startsWith('https://'))
    refuse('/url', 'Give an address that begins with https://', 'format')
  return errors
}
