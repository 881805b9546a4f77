import { type ServiceRef, serviceRef } from '@guildhall/sdk'
import type { Output } from '../terminal/output.ts'
import { withPlatform } from '../workshop/open.ts'
import { findOrganization } from '../workshop/organization.ts'
import { serviceIn } from '../workshop/service.ts'

/** What is asked of whichever plugin sends mails: core knows none, and names the service by its id. */
interface MailTests {
  send(to: string): Promise<{
    readonly sent: boolean
    readonly step: string | null
    readonly code: number | null
    readonly message: string
    readonly remedy: string | null
  }>
}
const mailTests: ServiceRef<MailTests> = serviceRef<MailTests>({ id: 'email.tests', scope: 'tenant' })

/** @throws with the step, the server's words and what to look at when the mail was not taken over */
export async function run(o: { org: string; to: string }, output: Output): Promise<void> {
  await withPlatform(async (workshop) => {
    const { id } = await findOrganization(workshop.runtime, o.org)
    const stopped = new AbortController()
    process.once('SIGINT', () => stopped.abort(new Error('Stopped')))
    const tests = await serviceIn(workshop, id, mailTests, stopped.signal)
    const answer = await tests.send(o.to)
    if (!answer.sent) throw new Error(`Not sent. Step ${answer.step}: ${answer.message}\n${answer.remedy}`)
    output.result(answer, answer.message)
  })
}
