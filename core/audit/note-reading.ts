import type { Actor, Dotted, RequestFacts } from '@guildhall/sdk'
import type { UnitsOfWork } from '../database/unit-of-work.ts'

/** GET has no writing unit, so the reading is written down in one of its own, before anything is shown. */
export const noteReading = (
  units: UnitsOfWork,
  o: { tenantId: string; actor: Actor; facts: RequestFacts; action: Dotted; meta?: Record<string, unknown> },
): Promise<void> =>
  units.run({ tenantId: o.tenantId, actor: o.actor, requestId: o.facts.id, address: o.facts.address }, (tx) =>
    tx.audit({ action: o.action, ...(o.meta ? { meta: o.meta } : {}) }),
  )
