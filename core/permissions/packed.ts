import type { Compiled, Held } from './compile.ts'

/** A compiled set as text, for a cache that other nodes read. */
export const pack = ({ permissions, self, validUntil }: Compiled): string =>
  JSON.stringify({ permissions: [...permissions], self, validUntil: validUntil?.getTime() ?? null })

/** The reverse of `pack`; only ever fed by it. */
export function unpack(text: string): Compiled {
  const packed: { permissions: [string, Held][]; self: string | null; validUntil: number | null } = JSON.parse(text)
  return {
    permissions: new Map(packed.permissions),
    self: packed.self,
    validUntil: packed.validUntil === null ? null : new Date(packed.validUntil),
  }
}
