import { lastDay, type Span, type Tx, uncovered } from '@guildhall/sdk'
import { v7 as uuidv7 } from 'uuid'
import type { MemberMerge } from '#plugins/members/refs.ts'
import {
  deletePeriods,
  ensureMemberships,
  insertPeriods,
  movePeriods,
  type PeriodRow,
  selectPeriods,
  settleMemberships,
} from '../memberships/membership-sql.ts'

const spanOf = (row: PeriodRow): Span => ({ from: row.starts_on, before: row.ends_before })
const periodsOf = (tx: Tx, memberId: string) => selectPeriods(tx, 'q.member_id = $2', [memberId])

/** Two records of one person: days that both cover stay with the winner's plan, all others move over. */
export const membershipsMerge: MemberMerge = {
  id: 'plans.memberships',
  async problems(tx, { winnerId, loserId }) {
    const taken = (await periodsOf(tx, winnerId)).map(spanOf)
    const losing = (await periodsOf(tx, loserId)).filter((row) => !same(uncovered(spanOf(row), taken), spanOf(row)))
    return losing.map(
      (row) =>
        `The period from ${row.starts_on} to ${lastDay(row.ends_before) ?? 'open end'} overlaps one that stays; the shared days go.`,
    )
  },
  async move(tx, { winnerId, loserId }) {
    const taken = (await periodsOf(tx, winnerId)).map(spanOf)
    const moving = await periodsOf(tx, loserId)
    const homes = await ensureMemberships(
      tx,
      moving.map(({ plan_id }) => ({ id: uuidv7(), memberId: winnerId, planId: plan_id })),
    )
    const parts = moving.map((row, i) => ({ row, membershipId: homes[i]!, spans: uncovered(spanOf(row), taken) }))
    await deletePeriods(
      tx,
      parts.flatMap(({ row, spans }) => (spans.length === 0 ? [row.id] : [])),
    )
    // The row goes with the last of its days: why it ended and that somebody was reminded stand in it.
    await movePeriods(
      tx,
      winnerId,
      parts.flatMap(({ row, membershipId, spans }) =>
        spans.slice(-1).map(({ from, before }) => ({ id: row.id, membershipId, from, endsBefore: before })),
      ),
    )
    await insertPeriods(
      tx,
      parts.flatMap(({ row, membershipId, spans }) =>
        spans.slice(0, -1).map((span) => ({
          id: uuidv7(),
          membershipId,
          memberId: winnerId,
          planId: row.plan_id,
          planVersionId: row.plan_version_id,
          from: span.from,
          endsBefore: span.before,
          amount: Number(row.price_amount),
          currency: row.price_currency,
          payerId: row.payer_id,
          metadata: row.metadata,
        })),
      ),
    )
    await tx.query('UPDATE plans.period SET payer_id = $3 WHERE tenant_id = $1 AND payer_id = $2', [
      tx.tenantId,
      loserId,
      winnerId,
    ])
    await settleMemberships(tx, [...new Set([...homes, ...moving.map(({ membership_id }) => membership_id)])])
    return { periods: moving.length }
  },
}

const same = (pieces: readonly Span[], whole: Span): boolean =>
  pieces.length === 1 && pieces[0]!.from === whole.from && pieces[0]!.before === whole.before
