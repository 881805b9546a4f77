import { isUuid, lastDay, type MoneyValue, openEnd, spansOverlap, type Tx, unknownStart } from '@guildhall/sdk'
import type { Caller, ImportChoices, ImportRow, ImportVerdict, MemberImportTarget } from '#plugins/members/refs.ts'
import { nameKey } from '../catalogue/plan-sql.ts'
import { deskOfCaller } from '../context.ts'
import { type PeriodRow, selectPeriods, writePeriod } from '../memberships/membership-sql.ts'
import {
  type Beginning,
  beginPeriods,
  conclude,
  corrected,
  type Desk,
  nameOverlap,
  refuseOverfull,
  type TakenPlan,
  takeBackPeriods,
} from '../memberships/periods.ts'
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
    const payerOf = ({ payer }: Term) => (payer === null ? null : (payers.get(payer) ?? null))
    const desk = await deskOfCaller(caller, tx)
    const done = new Map<number, { id: string; version: number; before?: unknown }>()
    // Changes first: what is shortened makes room for what begins.
    const changing = rows.flatMap(({ number, verdict }, i) =>
      verdict.outcome === 'update' ? [{ number, ...verdict, term: terms[i]!, payerId: payerOf(terms[i]!) }] : [],
    )
    for (const [number, before] of await changePeriods(tx, desk, changing, [...plans.values()]))
      done.set(number, { id: before.id, version: before.version + 1, before: beforeOf(before) })
    const periods = await beginPeriods(
      tx,
      desk,
      begun.map((term): Beginning => {
        const { memberId, from, before, price, metadata } = term
        const taken = plans.get(nameKey(term.plan))!
        return { ...taken, memberId, from, endsBefore: before, price, payerId: payerOf(term), metadata }
      }),
    )
    const beginning = rows.filter(({ verdict }) => verdict.outcome !== 'update')
    for (const [i, { number }] of beginning.entries()) done.set(number, { id: periods[i]!.id, version: 1 })
    return rows.map(({ number }) => ({ number, ...done.get(number)! }))
  },
  async undo(tx, rows, caller) {
    const desk = await deskOfCaller(caller, tx)
    const standing = new Map((await periodsById(tx, rows)).map((row) => [row.id, row]))
    const untouched = rows.flatMap((row) => {
      const period = standing.get(row.id)
      return period?.version === row.version ? [{ period, before: row.before as Before | undefined }] : []
    })
    const [changed, created] = [
      untouched.filter(({ before }) => before !== undefined),
      untouched.filter(({ before }) => before === undefined),
    ]
    await takeBackPeriods(
      tx,
      desk,
      created.map(({ period }) => namesOf(period)),
    )
    for (const { period, before } of changed) await writePeriod(tx, period, before!)
    await conclude(
      tx,
      desk,
      changed.map(({ period }) => namesOf(period)),
      corrected,
    )
    return rows.filter(({ id, version }) => standing.get(id)?.version !== version).map(({ id }) => id)
  },
}

const periodsById = (tx: Tx, rows: readonly { readonly id: string }[]): Promise<PeriodRow[]> =>
  selectPeriods(tx, 'q.id = ANY($2::uuid[])', [rows.map(({ id }) => id)])

const namesOf = ({ id, membership_id, member_id, plan_id }: PeriodRow) => ({
  id,
  membershipId: membership_id,
  memberId: member_id,
  planId: plan_id,
})

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
    named.filter((value) => isUuid(value)),
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

interface Changing {
  readonly number: number
  readonly id: string
  readonly changed: readonly string[]
  readonly term: Term
  readonly payerId: string | null
}

/** Periods as rows correct them. @returns what they were before, by row */
async function changePeriods(
  tx: Tx,
  desk: Desk,
  rows: readonly Changing[],
  plans: readonly TakenPlan[],
): Promise<Map<number, PeriodRow>> {
  const periods = new Map((await periodsById(tx, rows)).map((row) => [row.id, row]))
  const before = new Map(rows.map((row) => [row.number, periods.get(row.id)!]))
  for (const { number, changed, term, payerId } of rows) {
    const period = before.get(number)!
    const to = {
      ...(changed.includes('end') && { ends_before: term.before }),
      ...(changed.includes('price') && {
        price_amount: String(term.price!.amount),
        price_currency: term.price!.currency,
      }),
      ...(changed.includes('reason') && { ended_reason: term.reason }),
      ...(payerId !== null && { payer_id: payerId }),
    }
    await nameOverlap(writePeriod(tx, period, to))
    const plan = plans.find((one) => one.plan.id === period.plan_id)?.plan
    if (plan && changed.includes('end') && term.before > period.ends_before)
      await refuseOverfull(tx, plan, { from: period.starts_on, endsBefore: term.before })
  }
  await conclude(tx, desk, [...before.values()].map(namesOf), corrected)
  return before
}

type Before = Pick<PeriodRow, 'ends_before' | 'price_amount' | 'price_currency' | 'ended_reason' | 'payer_id'>
const beforeOf = ({ ends_before, price_amount, price_currency, ended_reason, payer_id }: PeriodRow): Before => ({
  ends_before,
  price_amount,
  price_currency,
  ended_reason,
  payer_id,
})
