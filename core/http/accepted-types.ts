/** Media types of an Accept header in lower case, with how much each is wanted: 0 to 1. */
const acceptedTypes = (accept: string | undefined): ReadonlyMap<string, number> =>
  new Map(
    (accept ?? '').split(',').map((part) => {
      const [type = '', ...parameters] = part.split(';').map((one) => one.trim().toLowerCase())
      const q = parameters.find((one) => one.startsWith('q='))
      return [type, q ? Number(q.slice(2)) || 0 : 1]
    }),
  )

/** Whether the caller names this type, and likes JSON no better. A client that takes anything gets JSON. */
export function prefers(type: string, accept: string | undefined): boolean {
  const wanted = acceptedTypes(accept)
  const liking = wanted.get(type) ?? 0
  return liking > 0 && liking >= (wanted.get('application/json') ?? 0)
}
