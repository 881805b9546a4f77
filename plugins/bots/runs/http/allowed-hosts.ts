/** Which hosts a run may call: those agreed to, and under `*` the ones its settings name. */
import { coversHost } from '../../installations/lookups.ts'

/** @param named hosts in the installation's settings */
export const allowedHosts =
  (agreed: readonly string[], named: readonly string[]) =>
  (host: string): boolean =>
    agreed.some((pattern) => (pattern === '*' ? named.includes(host) : coversHost(pattern, host)))
