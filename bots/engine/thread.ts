import { readFileSync } from 'node:fs'

/** The runner's first thread, which speaks: whether it wants to run, and what it has run so far. */
export function threadOf(pid: number | undefined): { held: boolean; cpuMs: number } {
  try {
    const [state, ...fields] = (readFileSync(`/proc/${pid}/task/${pid}/stat`, 'latin1').split(') ')[1] as string).split(
      ' ',
    )
    return { held: state === 'R', cpuMs: (Number(fields[10]) + Number(fields[11])) * 10 }
  } catch {
    return { held: false, cpuMs: 0 }
  }
}
