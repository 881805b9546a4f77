import { addMonths, openEnd } from '@guildhall/sdk'
import type { BillingCycle } from './plan-schema.ts'

const months: Record<BillingCycle, number | null> = {
  monthly: 1,
  quarterly: 3,
  yearly: 12,
  'one-off': null,
  free: null,
}

/** Where a rolling period ends that begins on a day: the first day it no longer covers. */
export function cycleEnd(from: string, cycle: BillingCycle): string {
  const length = months[cycle]
  return length === null ? openEnd : addMonths(from, length)
}
