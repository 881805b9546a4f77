/** Secrets of a configuration: the bot holds handles, the host puts secrets into headers. */
import { createHash } from 'node:crypto'
import { domainValues, type SealsService } from '@guildhall/sdk'
import { secretPlace } from '../secret-place.ts'

export interface OpenedConfig {
  /** With handles where secrets were. */
  readonly config: unknown
  /** `ctx.secrets`: handle by field. */
  readonly handles: Readonly<Record<string, string>>
  /** Secret by handle; stays in the host. */
  readonly secrets: ReadonlyMap<string, string>
}

/**
 * @param origin the run whose handles these are: a replay asks with the ones its journal knows
 * @throws Error when a secret does not open
 */
export function openConfig(
  seals: Pick<SealsService, 'unseal'>,
  o: { installationId: string; origin: string; schema: object; config: unknown },
): OpenedConfig {
  const config = structuredClone(o.config)
  const handles: Record<string, string> = {}
  const secrets = new Map<string, string>()
  for (const { pointer, format, value } of domainValues(o.schema, o.config)) {
    if (format !== 'secret' || value === '') continue
    const handle = `secret_${createHash('sha256').update(`${o.origin}:${pointer}`).digest('hex').slice(0, 32)}`
    secrets.set(handle, seals.unseal(secretPlace(o.installationId), value))
    handles[pointer.slice(1).replaceAll('/', '.').replaceAll('~1', '/').replaceAll('~0', '~')] = handle
    put(config, pointer, handle)
  }
  return { config, handles, secrets }
}

function put(root: unknown, pointer: string, value: string): void {
  const path = pointer
    .slice(1)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
  const last = path.pop() as string
  const holder = path.reduce<unknown>((node, key) => (node as Record<string, unknown>)[key], root)
  ;(holder as Record<string, unknown>)[last] = value
}
