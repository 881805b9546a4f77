/** How much a bot may keep: the rules are the SDK's, docs/bots/runs.md tells authors. */
import { type StateFault, stateBytes, stateKeyFault, stateRoomFault, stateValueFault } from '@guildhall/sdk'
import { Refusal } from '../refusal.ts'

/** @throws Refusal when there is a fault */
export function refuseFault(fault: StateFault | null): void {
  if (fault) throw new Refusal(fault.code, fault.message)
}

/** @throws Refusal INVALID, LIMIT */
export function requireKey(key: unknown): string {
  refuseFault(stateKeyFault(key))
  return key as string
}

/** Bytes as JSON. @throws Refusal LIMIT */
export function requireValueBytes(value: unknown): number {
  const bytes = stateBytes(JSON.stringify(value ?? null))
  refuseFault(stateValueFault(bytes))
  return bytes
}

/** @throws Refusal LIMIT */
export const requireRoom = (total: number): void => refuseFault(stateRoomFault(total))
