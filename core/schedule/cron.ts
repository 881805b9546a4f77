import { invalid } from '@guildhall/sdk'
import cron from 'node-cron'

/** @returns why the expression is refused, or null. */
function cronProblem(expression: string, timeZone: string): string | null {
  if (expression.length > 200 || !cron.validate(expression))
    return `"${expression.slice(0, 60)}" is not a cron expression (minute hour day month weekday)`
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

const matchers = new Map<string, TimeMatcher>()
const mostMatchers = 5_000

/** Kept, because reading an expression costs more than finding its next time, and a hundred organisations write the same. */
function matcherOf(expression: string, timeZone: string): TimeMatcher {
  const key = `${timeZone} ${expression}`
  const known = matchers.get(key)
  if (known) return known
  const problem = cronProblem(expression, timeZone)
  if (problem) throw new Error(problem)
  const task = cron.createTask(expression, () => {}, { timezone: timeZone })
  const { timeMatcher } = task as unknown as { timeMatcher: TimeMatcher }
  void task.destroy()
  if (matchers.size >= mostMatchers) matchers.clear()
  matchers.set(key, timeMatcher)
  return timeMatcher
}

/**
 * The next times after `from`. A time that the change to summer time leaves out is skipped that day; in autumn the
 * second of the two hours counts (node-cron's rule).
 * @throws Error for an expression that is none, or that no day fits
 */
export function nextRuns(expression: string, timeZone: string, from: Date, count: number): Date[] {
  const matcher = matcherOf(expression, timeZone)
  const runs: Date[] = []
  for (let at: Date | null = from; runs.length < count; runs.push(at)) {
    at = matcher.getNextMatch(at)
    if (!at) break
  }
  return runs
}

export const nextRun = (expression: string, timeZone: string, from: Date): Date | null =>
  nextRuns(expression, timeZone, from, 1)[0] ?? null

/**
 * What somebody wrote: with a field of seconds it may name one second, no more.
 * @throws Problem 400
 */
export function requireCron(expression: string, timeZone: string, from: Date, pointer = '/cron'): void {
  const problem = cronProblem(expression, timeZone)
  if (problem) throw invalid(pointer, problem)
  const fields = expression.trim().split(/\s+/)
  if (fields.length > 5 && !/^\d+$/.test(fields[0] ?? ''))
    throw invalid(pointer, 'fires more often than once a minute: leave the field of seconds out')
  try {
    nextRun(expression, timeZone, from)
  } catch {
    throw invalid(pointer, 'names a day that does not come')
  }
}
