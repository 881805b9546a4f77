const RealDate = Date

/**
 * Lets `Date` say one time while a bot runs, as the sandbox does: between two calls no time passes there. Two of them
 * never run at once.
 */
export async function atTime<R>(ms: number, fn: () => Promise<R>): Promise<R> {
  class StandingDate extends RealDate {
    constructor(...parts: unknown[]) {
      super(...((parts.length === 0 ? [ms] : parts) as [number]))
    }
    static override now(): number {
      return ms
    }
  }
  globalThis.Date = StandingDate as DateConstructor
  try {
    return await fn()
  } finally {
    globalThis.Date = RealDate
  }
}
