import { isProblem, type MailSettings, problems, type ServiceRef, serviceRef, type Tx } from '@guildhall/sdk'
import type { AccountMail, AccountPost } from '../../auth/index.ts'
import { serviceIn } from '../../plugin-host/service-in.ts'
import type { Runtime } from '../../runtime.ts'

/** What is asked of whichever plugin sends mails: core knows none, and names the service by its id. */
interface Mails {
  send(
    tx: Tx,
    mail: {
      readonly template: string
      readonly to: AccountMail['to']
      readonly language: string
      readonly data: Readonly<Record<string, unknown>>
      readonly confidential: true
    },
  ): Promise<unknown>
}
const mails: ServiceRef<Mails> = serviceRef<Mails>({ id: 'email.mails', scope: 'tenant' })

/**
 * Mails about accounts go through the outbox of an organisation and are confidential there: the operator's server carries
 * them, in the shipped words, and nobody of the organisation reads them.
 */
export function accountPost(runtime: Runtime, settings: MailSettings | undefined): AccountPost {
  const actor = { kind: 'system', reason: 'mail about an account' } as const
  const { signal } = new AbortController()
  return {
    carries: settings !== undefined && settings.server !== '' && settings.fromEmail !== '',
    send: async ({ organizations, link, to, ...mail }) => {
      for (const tenantId of organizations) {
        const service = await serviceIn(runtime, mails, { tenantId, actor, signal }).catch((error: unknown) => {
          if (isProblem(error) && error.kind.type === problems.pluginNotEnabled.type) return null
          throw error
        })
        if (!service) continue
        const data = { name: to.name ?? '', link }
        await runtime.units.run({ tenantId, actor }, (tx) =>
          service.send(tx, { ...mail, to, data, confidential: true }),
        )
        return true
      }
      return false
    },
  }
}
