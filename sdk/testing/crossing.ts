/** What crosses between a bot and the platform is JSON: a copy, without functions, dates as texts. */
export function crossed(value: unknown): unknown {
  const text = JSON.stringify(value) as string | undefined
  return text === undefined ? undefined : JSON.parse(text)
}

/** A copy that cannot be changed, as inside the sandbox. */
export const given = <T>(value: T): T => frozen(crossed(value)) as T

function frozen(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  for (const inside of Object.values(value)) frozen(inside)
  return Object.freeze(value)
}
