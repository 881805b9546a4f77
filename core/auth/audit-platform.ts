import type { Sequelize } from 'sequelize'
import { v7 as uuidv7 } from 'uuid'
import type { Clock } from '../clock.ts'
import { rows } from './platform-rows.ts'

/** What happens before an organisation is known: sign-ins, failures, set-up, global roles. */
export interface PlatformAuditEntry {
  /** Such as `auth.signed-in`. */
  readonly event: string
  readonly outcome: 'success' | 'denied' | 'failure'
  readonly actor: { readonly kind: string; readonly id?: string | null }
  readonly requestId?: string
  /** The whole address; it is truncated here. */
  readonly address?: string
  /** No secrets, no personal values. */
  readonly meta?: Readonly<Record<string, unknown>>
}
export type AuditPlatform = (entry: PlatformAuditEntry) => Promise<void>

export const platformAuditor =
  (o: { platform: Sequelize; clock: Clock }): AuditPlatform =>
  async ({ event, outcome, actor, requestId, address, meta }) => {
    await rows(
      o.platform,
      `INSERT INTO core.platform_audit_event (id, at, event, outcome, actor_kind, actor_id, request_id, address, meta)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [
        uuidv7(),
        o.clock.now().toISOString(),
        event,
        outcome,
        actor.kind,
        actor.id ?? null,
        requestId ?? null,
        address ? truncated(address) : null,
        JSON.stringify(meta ?? {}),
      ],
    )
  }

/** Without the last octet, or the last 80 bits: enough to see a pattern, too little to find a person. */
export function truncated(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  const plain = mapped ?? address
  if (plain.includes('.')) return plain.replace(/\.\d+$/, '.0')
  const [head = '', tail] = plain.split('::')
  const groups = head === '' ? [] : head.split(':')
  // "::" stands for zeros: those of the first three groups count, those behind are cut anyway.
  const first = tail === undefined ? groups : [...groups, '0', '0', '0']
  return `${first.slice(0, 3).join(':')}::`
}
