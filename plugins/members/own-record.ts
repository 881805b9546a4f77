/** What a member may do with the own record. */
import { Problem, problems, type Tx } from '@guildhall/sdk'
import { customFields } from './custom-fields/definition.ts'
import { type MemberPatch, OwnMemberPatch } from './member-schema.ts'

/** @throws Problem 403 naming each field that is staff's */
export async function requireOwnPatch(tx: Tx, patch: MemberPatch): Promise<void> {
  const refused = Object.keys(patch)
    .filter((field) => !Object.hasOwn(OwnMemberPatch.properties, field))
    .map((field) => `/${field}`)
  if (patch.customFields) {
    const open = (await customFields(tx)).filter(({ ownView }) => ownView === 'write').map(({ key }) => key)
    for (const key of Object.keys(patch.customFields)) if (!open.includes(key)) refused.push(`/customFields/${key}`)
  }
  if (refused.length === 0) return
  throw new Problem(problems.forbidden, {
    detail: 'These fields are changed by the staff of the organisation.',
    errors: refused.map((pointer) => ({ pointer, message: 'is changed by staff', code: 'staffOnly' })),
  })
}
