/**
 * Inside a container network the issuer often answers at another address than the one browsers use. `iss` stays the
 * public one; only what the platform itself fetches goes to the internal base. A base without a path replaces the
 * issuer's origin, one with a path replaces the whole issuer.
 */
export function internalAddress(issuer: string, internalBase: string | undefined): (url: string) => string {
  if (!internalBase) return (url) => url
  const [from, to] =
    new URL(internalBase).pathname === '/'
      ? [new URL(issuer).origin, new URL(internalBase).origin]
      : [issuer.replace(/\/$/, ''), internalBase.replace(/\/$/, '')]
  return (url) => (url === from || url.startsWith(`${from}/`) ? to + url.slice(from.length) : url)
}
