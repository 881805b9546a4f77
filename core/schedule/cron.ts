import cron from 'node-cron'

/** @returns why the expression is refused, or null. */
export function cronProblem(expression: string, timeZone: string): string | null {
  if (!cron.validate(expression)) return `"${expression}" is not a cron expression (minute hour day month weekday)`
  try {
    new Intl.DateTimeFormat('en', { timeZone })
    return null
  } catch {
    return `"${timeZone}" is not a time zone such as Europe/Berlin`
  }
}

/** node-cron counts from the machine's clock; its matcher takes any time, which schedules and rehearsals need. */
interface TimeMatcher {
  getNextMatch(from: Date): Date | null
}

/**
 * The next times after `from`. A time that the change to summer time leaves out is skipped that day; in autumn the
 * second of the two hours counts (node-cron's rule).
 */
export function nextRuns(expression: string, timeZone: string, from: Date, count: number): Date[] {
  const problem = cronProblem(expression, timeZone)
  if (problem) throw new Error(problem)
  const task = cron.createTask(expression, () => {}, { timezone: timeZone })
  const { timeMatcher } = task as unknown as { timeMatcher: TimeMatcher }
  const runs: Date[] = []
  try {
    for (let at: Date | null = from; runs.length < count; runs.push(at)) {
      at = timeMatcher.getNextMatch(at)
      if (!at) break
    }
    return runs
  } finally {
    void task.destroy()
  }
}

export const nextRun = (expression: string, timeZone: string, from: Date): Date | null =>
  nextRuns(expression, timeZone, from, 1)[0] ?? null
