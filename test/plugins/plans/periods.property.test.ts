import { addDays, addMonths, endBefore, lastDay, type Span, spansOverlap, uncovered } from '@guildhall/sdk'
import fc from 'fast-check'
import t from 'tap'
import { startTestPlatform } from '#core/testing/index.ts'
import { cycleEnd } from '#plugins/plans/calendar.ts'

const start = '2024-02-20'
const day = fc.nat(60).map((n) => addDays(start, n))
const span = fc
  .tuple(day, fc.integer({ min: 1, max: 30 }))
  .map(([from, days]): Span => ({ from, before: addDays(from, days) }))
const daysOf = ({ from, before }: Span): string[] => {
  const days: string[] = []
  for (let at = from; at < before; at = addDays(at, 1)) days.push(at)
  return days
}

t.test('what is left of a span is exactly the days that no other covers', async (t) => {
  fc.assert(
    fc.property(span, fc.array(span, { maxLength: 6 }), (whole, taken) => {
      const covered = new Set(taken.flatMap(daysOf))
      const left = uncovered(whole, taken)
      const expected = daysOf(whole).filter((one) => !covered.has(one))
      const apart = left.every((a, i) => left.every((b, j) => i === j || !spansOverlap(a, b)))
      return apart && JSON.stringify(left.flatMap(daysOf)) === JSON.stringify(expected)
    }),
  )
  t.pass()
})

t.test('a last day is stored as the next and shown as itself; a month ends within its month', async (t) => {
  fc.assert(fc.property(day, (one) => lastDay(endBefore(one)) === one))
  t.equal(lastDay(endBefore(null)), null)
  t.equal(addMonths('2024-01-31', 1), '2024-02-29')
  t.equal(addMonths('2025-01-31', 1), '2025-02-28')
  t.equal(addMonths('2024-11-30', 3), '2025-02-28')
  t.equal(cycleEnd('2024-02-29', 'yearly'), '2025-02-28')
  t.equal(cycleEnd('2024-02-29', 'free'), '9999-12-31')
  t.equal(cycleEnd('2025-02-28', 'monthly', ['2025-01-31']), '2025-03-31')
  t.equal(cycleEnd('2025-02-28', 'monthly', ['2025-01-01', '2025-01-31']), '2025-03-31', 'a day set in between counts')
  t.equal(cycleEnd('2025-02-28', 'monthly', ['2025-01-15']), '2025-03-28', 'a day that leads elsewhere does not')
  t.equal(cycleEnd('2028-02-28', 'yearly', ['2024-02-29', '2025-02-28']), '2029-02-28', 'nor one that leads a day off')
  t.equal(cycleEnd('2027-02-28', 'yearly', ['2024-02-29', '2025-02-28', '2026-02-28']), '2028-02-29')
})

t.test('periods agree with a list of days, through starts, ends and changes of plan', async (t) => {
  const platform = await startTestPlatform({ now: new Date(`${start}T12:00:00Z`) })
  t.teardown(() => platform.close())
  const club = await platform.tenant('Makers')
  const admin = await club.admin()
  const plans: string[] = []
  for (const name of ['A', 'B']) plans.push((await admin.post('/api/v1/members/plans', { name })).json().id)
  const step = fc.oneof(
    fc.record({ kind: fc.constant('start' as const), plan: fc.nat(1), span }),
    fc.record({ kind: fc.constant('end' as const), plan: fc.nat(1), on: day }),
    fc.record({ kind: fc.constant('change' as const), plan: fc.nat(1), on: day }),
  )
  const horizon = daysOf({ from: start, before: addDays(start, 120) })

  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 7 }), async (steps) => {
      const memberId: string = (await admin.post('/api/v1/members', { lastName: 'M' })).json().id
      /** Day to plan: the naive model. */
      const model = new Map<string, number>()
      const memberships = new Map<number, string>()
      const planDays = (plan: number) => horizon.filter((one) => model.get(one) === plan)
      for (const one of steps) {
        if (one.kind === 'start') {
          const days = daysOf(one.span)
          const free = days.every((at) => !model.has(at))
          const answer = await admin.post('/api/v1/memberships', {
            memberId,
            planId: plans[one.plan],
            from: one.span.from,
            validUntil: addDays(one.span.before, -1),
          })
          if (answer.statusCode !== (free ? 201 : 409)) return false
          if (free) {
            memberships.set(one.plan, answer.json().id)
            for (const at of days) model.set(at, one.plan)
          }
        } else if (one.kind === 'end') {
          const id = memberships.get(one.plan)
          const mine = planDays(one.plan)
          if (id === undefined || mine.length === 0) continue
          const expected = one.on < mine[0]! ? 400 : mine.at(-1)! <= one.on ? 409 : 200
          const answer = await admin.post(`/api/v1/memberships/${id}/end`, { on: one.on })
          if (answer.statusCode !== expected) return false
          if (expected === 200) for (const at of mine) if (at > one.on) model.delete(at)
        } else {
          const answer = await admin.post(`/api/v1/members/${memberId}/plan`, { planId: plans[one.plan], on: one.on })
          if (answer.statusCode !== 200) return false
          memberships.set(one.plan, answer.json().id)
          const later = horizon.filter((at) => at >= one.on)
          // Who has the plan and no other one behind it keeps what he has.
          const keeps = model.get(one.on) === one.plan && later.every((at) => (model.get(at) ?? one.plan) === one.plan)
          if (!keeps) for (const at of later) model.set(at, one.plan)
        }
      }
      for (const at of horizon.filter((_, i) => i % 9 === 0)) {
        const { items } = (await admin.get(`/api/v1/members/${memberId}/memberships?at=${at}`)).json()
        const shown = items.map(({ planId }: { planId: string }) => plans.indexOf(planId))
        if (JSON.stringify(shown) !== JSON.stringify(model.has(at) ? [model.get(at)] : [])) return false
      }
      return true
    }),
    { numRuns: 25 },
  )
  t.pass()
})
