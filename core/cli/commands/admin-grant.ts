import type { Output } from '../terminal/output.ts'
import { withPlatform } from '../workshop/open.ts'

export async function run(
  o: { auditor?: boolean; take?: boolean },
  output: Output,
  [email = '']: readonly string[],
): Promise<void> {
  await withPlatform(async ({ identity }) => {
    const role = o.take ? null : o.auditor ? 'platform_auditor' : 'super_admin'
    const { userId } = await identity.globalRoles.grant(email, role)
    output.result(
      { userId, role },
      role ? `${email} is ${role} now.` : `${email} holds no role over the platform any more.`,
    )
  })
}
