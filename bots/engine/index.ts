/** The sandbox of the platform. */
import type { Log, Sandbox } from '@guildhall/sdk'

const missing = { name: 'Error', message: 'This installation has no runner for bots' }

export function createSandbox(_o: { readonly runners?: number; readonly log: Log }): Sandbox {
  return {
    run: async () => ({ end: 'crash', error: missing, used: { cpuMs: 0, wallMs: 0, heapMb: 0, calls: 0 } }),
    inspect: async () => ({ error: missing }),
    state: { runners: 0, busy: 0, waiting: 0, reason: null },
    close: async () => {},
  }
}
