import type { Tx } from '@guildhall/sdk'
import type { MailPeople, MailPerson } from '#plugins/email/refs.ts'
import { emailKey } from '../normalise.ts'
import { idsByEmailKey } from '../sql/read-members.ts'

/** The register as mails and notifications ask it. */
export const peopleOfTheRegister: MailPeople = {
  id: 'members',
  byId: people,
  byEmail: async (tx, email) => {
    const id = (await idsByEmailKey(tx, [emailKey(email)])).get(emailKey(email))
    return id === undefined ? null : ((await people(tx, [id]))[0] ?? null)
  },
  usersWithRole: async (tx, roles) => {
    const rows = await tx.query<{ user_id: string }>(
      `SELECT m.user_id FROM members.member m
        WHERE m.tenant_id = $1 AND m.role = ANY($2::text[]) AND m.user_id IS NOT NULL AND m.deleted_at IS NULL
          AND NOT m.pending AND m.suspended_at IS NULL`,
      [tx.tenantId, roles],
    )
    return rows.map(({ user_id }) => user_id)
  },
}

function people(tx: Tx, memberIds: readonly string[]): Promise<MailPerson[]> {
  return tx.query<MailPerson & Record<string, unknown>>(
    `SELECT m.id AS "memberId", m.email, m.display_name AS name, m.language, m.user_id AS "userId"
       FROM members.member m WHERE m.tenant_id = $1 AND m.id = ANY($2::uuid[]) AND m.deleted_at IS NULL`,
    [tx.tenantId, memberIds],
  )
}
