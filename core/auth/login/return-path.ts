const longest = 500

/**
 * Where to go after sign-in: a path of this platform and nothing else (an address of somebody else's would make our
 * sign-in a lure). `//host` and `/\host` leave the origin, control characters hide that; sign-in itself is no goal.
 * Gives '/' for anything else.
 */
export function returnPath(wanted: unknown): string {
  if (typeof wanted !== 'string' || wanted.length > longest || !/^\/(?![/\\])[\x21-\x7e]*$/.test(wanted)) return '/'
  const url = URL.parse(wanted, 'http://here.invalid')
  if (url?.origin !== 'http://here.invalid') return '/'
  const path = url.pathname + url.search + url.hash
  return path.startsWith('//') || /^\/(oidc|api\/v1\/auth)(\/|$)/.test(url.pathname) ? '/' : path
}
