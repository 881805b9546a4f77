/** Processor time, which others on the same machine hardly change: read from /proc, so on Linux only. */
import { readdirSync, readFileSync } from 'node:fs'

const ticksPerSecond = 100

/** Fields of /proc/<pid>/stat from the state on; null for a process that is gone. */
function statOf(pid: number | string): string[] | null {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ')
  } catch {
    return null
  }
}

/** Seconds of user and system, of all threads, until now; `ended`: of children that were waited for as well. */
export function secondsOf(pid: number | string, { ended = false } = {}): number {
  const fields = statOf(pid)
  const counted = fields?.slice(11, ended ? 15 : 13) ?? []
  return counted.reduce((sum, ticks) => sum + Number(ticks), 0) / ticksPerSecond
}

export const parentOf = (pid: number): number => Number(statOf(pid)?.[1])

/** Those that live. */
export const childrenOf = (pid: number): number[] =>
  readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
  )

/** Of a process and all its children, those that have ended included: a PostgreSQL server. */
export const secondsOfFamily = (pid: number): number =>
  childrenOf(pid).reduce((sum, child) => sum + secondsOf(child), secondsOf(pid, { ended: true }))
