import { Problem, problems } from '@guildhall/sdk'

const claims: Readonly<Record<string, { pointer: string; message: string }>> = {
  member_email: { pointer: '/email', message: 'Another member has this e-mail address' },
  member_user: { pointer: '/userId', message: 'This account is linked to another member' },
  external_id_pkey: { pointer: '/externalIds', message: 'Another member has one of these external ids' },
}

/** Runs a write and says in the member's words what must be unique. @throws Problem 409 */
export async function claiming<R>(write: () => Promise<R>): Promise<R> {
  try {
    return await write()
  } catch (cause) {
    const { code, constraint } = cause as { code?: string; constraint?: string }
    const claim = code === '23505' && constraint ? claims[constraint] : undefined
    if (!claim) throw cause
    throw new Problem(problems.alreadyExists, {
      detail: `${claim.message}.`,
      errors: [{ ...claim, code: 'unique' }],
      cause,
    })
  }
}
