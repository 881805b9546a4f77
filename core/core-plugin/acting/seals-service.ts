import type { SealsService } from '@guildhall/sdk'
import type { Sealer } from '../../secrets/index.ts'

/** What one plugin sealed in one organisation opens for that plugin there, and nowhere else. */
export function sealsServiceFor(sealer: Sealer, o: { tenantId: string; plugin: string }): SealsService {
  const at = (place: string) => `plugin-seal:${o.tenantId}:${o.plugin}:${place}`
  return {
    seal: (place, text) => sealer.seal(text, at(place)),
    unseal: (place, sealed) => sealer.unseal(sealed, at(place)),
  }
}
