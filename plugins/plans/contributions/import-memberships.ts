import { lastDay, type MoneyValue, openEnd, spansOverlap, type Tx, unknownStart } from '@guildhall/sdk'
import { v7 as uuidv7 } from 'uuid'
import type { Caller, ImportChoices, ImportRow, ImportVerdict, MemberImportTarget } from '#plugins/members/refs.ts'
import { nameKey } from '../catalogue/plan-sql.ts'
import {
  ensureMemberships,
  insertPeriods,
  type NewPeriod,
  type PeriodRow,
  selectPeriods,
  settleMemberships,
} from '../memberships/membership-sql.ts'
import { nameOverlap, refuseOverfull } from '../memberships/memberships.ts'
import { planNames, plansByName, takePlans } from './import-plans.ts'

/** A row as this target understands it. */
interface Term {
  readonly memberId: string
  readonly plan: string
  readonly from: string
  readonly before: string
  readonly price: MoneyValue | null
  readonly payer: string | null
  readonly reason: string | null
  readonly metadata: Readonly<Record<string, unknown>>
}

function termOf({ values }: ImportRow): Term {
  const text = (name: string) => (typeof values[name] === 'string' ? (values[name] as string) : null)
  const metadata = (values.metadata ?? {}) as Record<string, unknown>
  return {
    memberId: String(values['member.id']),
    plan: text('plan') ?? '',
    from: text('start') ?? unknownStart,
    before: text('end') ?? openEnd,
    price: (values.price as MoneyValue | undefined) ?? null,
    payer: text('payer'),
    reason: text('reason'),
    metadata: values.number === undefined ? metadata : { ...metadata, number: values.number },
  }
}

/** Rows become periods. A period is known again by its member and its first day. */
export const membershipsImport: MemberImportTarget = {
  id: 'memberships',
  title: 'Memberships: who had which plan, from when to when',
  permission: 'plans.memberships.write',
  async plan(tx, rows, caller, choices) {
    const terms = rows.map(termOf)
    const known = await periodsByMember(tx, terms)
    const plans = await plansByName(tx)
    const names = await planNames(tx, [...known.values()].flat())
    const mayMake = choices.createMissing === true && caller.may('plans.write', { paths: [''] })
    const coming = new Map<string, Term[]>()
    const payers = await payersOf(tx, caller, terms)
    return terms.map((term): ImportVerdict => {
      const existing = known.get(term.memberId) ?? []
      // Who says nothing of the first day goes on with the plan that runs.
      const own =
        existing.find((row) => row.starts_on === term.from) ??
        (term.from === unknownStart
          ? existing.find(
              (row) =>
                names.get(row.plan_id) === nameKey(term.plan) &&
                spansOverlap({ from: row.starts_on, before: row.ends_before }, term),
            )
          : undefined)
      // A plan that is deleted keeps its name in the periods that were had of it.
      const same = own && names.get(own.plan_id) === nameKey(term.plan) ? { id: own.plan_id } : undefined
      const plan = same ?? plans.get(nameKey(term.plan))
      const wrong = faultOf(term, { plan, plans, mayMake, payers })
      if (wrong) return wrong
      const others = existing
        .filter((row) => row !== own)
        .map((row) => ({ from: row.starts_on, before: row.ends_before }))
      const earlier = coming.get(term.memberId) ?? []
      const clash = [...others, ...earlier].find((span) => spansOverlap(span, term))
      if (clash)
        return {
          outcome: 'conflict',
          column: 'start',
          reason: `The member has a period from ${clash.from} to ${lastDay(clash.before) ?? 'open end'} already.`,
          accepted: 'periods of a member that share no day',
        }
      coming.set(term.memberId, [...earlier, term])
      if (!own) return { outcome: 'create' }
      if (own.plan_id !== plan?.id)
        return {
          outcome: 'conflict',
          column: 'plan',
          reason: `Another plan begins on ${term.from} for this member.`,
          accepted: 'the plan that is there, or another first day',
        }
      const changed = changesOf(own, term, choices)
      return changed.length === 0
        ? { outcome: 'unchanged', id: own.id, version: own.version }
        : { outcome: 'update', id: own.id, version: own.version, changed }
    })
  },
  async apply(tx, rows, caller, choices) {
    const terms = rows.map(termOf)
    const begun = rows.flatMap(({ verdict }, i) => (verdict.outcome === 'update' ? [] : [terms[i]!]))
    const plans = await takePlans(
      tx,
      { named: terms.map(({ plan }) => plan), wanted: begun.map(({ plan }) => plan) },
      choices,
    )
    const payers = await payersOf(tx, caller, terms)
    const memberships = await ensureMemberships(
      tx,
      begun.map(({ memberId, plan }) => ({ id: uuidv7(), memberId, planId: plans.get(nameKey(plan))!.plan.id })),
    )
    const membershipOf = new Map(begun.map((term, i) => [term, memberships[i]!]))
    const touched = new Set(memberships)
    const created: NewPeriod[] = []
    const done = new Map<number, { id: string; version: number; before?: unknown }>()
    for (const [i, row] of rows.entries()) {
      const term = terms[i]!
      if (row.verdict.outcome === 'update') {
        const before = await updatePeriod(tx, row.verdict.id, row.verdict.changed, term, payers)
        touched.add(before.membership_id)
        done.set(row.number, { id: row.verdict.id, version: before.version + 1, before: beforeOf(before) })
        continue
      }
      const { plan, version } = plans.get(nameKey(term.plan))!
      const id = uuidv7()
      created.push({
        id,
        membershipId: membershipOf.get(term)!,
        memberId: term.memberId,
        planId: plan.id,
        planVersionId: version.id,
        from: term.from,
        endsBefore: term.before,
        amount: term.price?.amount ?? Number(version.priceAmount),
        currency: term.price?.currency ?? version.priceCurrency,
        payerId: term.payer === null ? null : (payers.get(term.payer) ?? null),
        metadata: term.metadata,
      })
      done.set(row.number, { id, version: 1 })
    }
    if (created.length > 0) await nameOverlap(insertPeriods(tx, created))
    for (const { plan } of plans.values()) await refuseOverfull(tx, plan, { from: '0001-01-01', endsBefore: openEnd })
    await settleMemberships(tx, [...touched])
    await caller.members.recomputeStatus(tx, [...new Set(terms.map(({ memberId }) => memberId))])
    return rows.map(({ number }) => ({ number, ...done.get(number)! }))
  },
  async undo(tx, rows, caller) {
    const ids = rows.map(({ id }) => id)
    const standing = await selectPeriods(tx, 'q.id = ANY($2::uuid[])', [ids])
    const untouched = new Map(standing.map((row) => [row.id, row]))
    const left: string[] = []
    for (const row of rows) {
      const period = untouched.get(row.id)
      if (period?.version !== row.version) left.push(row.id)
      else if (row.before === undefined)
        await tx.query('DELETE FROM plans.period WHERE tenant_id = $1 AND id = $2', [tx.tenantId, row.id])
      else await putBack(tx, row.id, row.before as Before)
    }
    await settleMemberships(tx, [...new Set(standing.map(({ membership_id }) => membership_id))])
    await caller.members.recomputeStatus(tx, [...new Set(standing.map(({ member_id }) => member_id))])
    return left
  },
}

type PlansByName = ReadonlyMap<string, { id: string; name: string }>

function faultOf(
  term: Term,
  o: { plan: { id: string } | undefined; plans: PlansByName; mayMake: boolean; payers: ReadonlyMap<string, string> },
): ImportVerdict | null {
  if (term.before <= term.from)
    return { outcome: 'error', column: 'end', reason: 'It ends before it begins.', accepted: `${term.from} or later` }
  if (term.payer !== null && !o.payers.has(term.payer))
    return {
      outcome: 'error',
      column: 'payer',
      reason: `No member has the number "${term.payer}".`,
      accepted: 'an external id or a record id of a member',
    }
  if (o.plan || (o.mayMake && term.plan !== '')) return null
  const names = [...o.plans.values()].map(({ name }) => name).join(', ')
  return {
    outcome: 'error',
    column: 'plan',
    reason: term.plan === '' ? 'No plan is named.' : `There is no plan "${term.plan}".`,
    accepted: `one of: ${names}; or let the import make what is missing with the option createMissing`,
    ...(term.plan !== '' && { missing: { what: 'plan', name: term.plan } }),
  }
}

async function periodsByMember(tx: Tx, terms: readonly Term[]): Promise<Map<string, PeriodRow[]>> {
  const rows = await selectPeriods(tx, 'q.member_id = ANY($2::uuid[])', [
    [...new Set(terms.map(({ memberId }) => memberId))],
  ])
  return Map.groupBy(rows, ({ member_id }) => member_id)
}

const recordId = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

async function payersOf(tx: Tx, caller: Caller, terms: readonly Term[]): Promise<Map<string, string>> {
  const named = [...new Set(terms.flatMap(({ payer }) => payer ?? []))]
  if (named.length === 0) return new Map()
  const found = await caller.members.findByExternalId(
    tx,
    named.map((value) => ({ system: 'register', value })),
  )
  // An export names by record id whoever has no number.
  const byId = await caller.members.find(
    tx,
    named.filter((value) => recordId.test(value)),
  )
  return new Map(
    named.flatMap((value) => {
      const id = found.get(`register\n${value}`) ?? byId.get(value)?.id
      return id === undefined ? [] : [[value, id]]
    }),
  )
}

function changesOf(own: PeriodRow, term: Term, { onlyEmpty }: ImportChoices): string[] {
  const open = own.ends_before >= openEnd
  const end = own.ends_before !== term.before && term.before !== openEnd && (!onlyEmpty || open)
  const price =
    term.price !== null &&
    !onlyEmpty &&
    (Number(own.price_amount) !== term.price.amount || own.price_currency !== term.price.currency)
  const reason = term.reason !== null && own.ended_reason !== term.reason && (!onlyEmpty || own.ended_reason === null)
  return [...(end ? ['end'] : []), ...(price ? ['price'] : []), ...(reason ? ['reason'] : [])]
}

async function updatePeriod(
  tx: Tx,
  id: string,
  changed: readonly string[],
  term: Term,
  payers: ReadonlyMap<string, string>,
): Promise<PeriodRow> {
  const [before] = await selectPeriods(tx, 'q.id = $2', [id])
  const takes = (field: string) => changed.includes(field)
  await nameOverlap(
    tx.query(
      `UPDATE plans.period SET ends_before = $3, price_amount = $4, price_currency = $5, ended_reason = $6,
              payer_id = coalesce($7, payer_id), updated_at = $8, version = version + 1 WHERE tenant_id = $1 AND id = $2`,
      [
        tx.tenantId,
        id,
        takes('end') ? term.before : before!.ends_before,
        takes('price') ? term.price!.amount : before!.price_amount,
        takes('price') ? term.price!.currency : before!.price_currency,
        takes('reason') ? term.reason : before!.ended_reason,
        term.payer === null ? null : (payers.get(term.payer) ?? null),
        tx.now(),
      ],
    ),
  )
  return before!
}

interface Before {
  readonly endsBefore: string
  readonly amount: string
  readonly currency: string
  readonly reason: string | null
  readonly payerId: string | null
}
const beforeOf = (row: PeriodRow): Before => ({
  endsBefore: row.ends_before,
  amount: row.price_amount,
  currency: row.price_currency,
  reason: row.ended_reason,
  payerId: row.payer_id,
})

const putBack = (tx: Tx, id: string, before: Before) =>
  tx.query(
    `UPDATE plans.period SET ends_before = $3, price_amount = $4, price_currency = $5, ended_reason = $6, payer_id = $7,
            updated_at = $8, version = version + 1 WHERE tenant_id = $1 AND id = $2`,
    [tx.tenantId, id, before.endsBefore, before.amount, before.currency, before.reason, before.payerId, tx.now()],
  )
