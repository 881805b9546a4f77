import { addMonths, openEnd } from '@guildhall/sdk'
import type { BillingCycle } from './plan-schema.ts'

const months: Record<BillingCycle, number | null> = {
  monthly: 1,
  quarterly: 3,
  yearly: 12,
  'one-off': null,
  free: null,
}

/**
 * Where a rolling period ends that begins on a day: the first day it no longer covers. Counted from where the periods
 * before it began, the earliest of them that leads here in whole months: who came on 31 January goes on to 31 March, for
 * all that February is shorter.
 * @param before first days of the periods that lead up to it without a gap, the earliest first
 */
export function cycleEnd(from: string, cycle: BillingCycle, before: readonly string[] = []): string {
  const length = months[cycle]
  if (length === null) return openEnd
  const anchor = before.find((day) => addMonths(day, monthsBetween(day, from)) === from) ?? from
  return addMonths(anchor, monthsBetween(anchor, from) + length)
}

const monthsBetween = (from: string, to: string): number =>
  (Number(to.slice(0, 4)) - Number(from.slice(0, 4))) * 12 + Number(to.slice(5, 7)) - Number(from.slice(5, 7))
