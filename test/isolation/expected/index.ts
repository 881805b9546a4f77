/** The hand-written table of who gets what, one file a plugin. */
import { botRuns } from './bot-runs.ts'
import { bots } from './bots.ts'
import { core } from './core.ts'
import { email } from './email.ts'
import type { Expectations } from './expectation.ts'
import { groups } from './groups.ts'
import { bulkOperations, imports, invitations, members } from './members.ts'
import { analytics, plans } from './plans.ts'

export {
  answers,
  type Expectation,
  type Ids,
  type Kind,
  narrowScope,
  type PrincipalName,
  type Sample,
} from './expectation.ts'
export { guardedElsewhere, open } from './open.ts'

export const expectations: Expectations = {
  ...core,
  ...email,
  ...groups,
  ...members,
  ...invitations,
  ...imports,
  ...bulkOperations,
  ...plans,
  ...analytics,
  ...bots,
  ...botRuns,
}
