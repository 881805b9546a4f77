import { mkdtempSync, readdirSync, rmSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const memory = '/dev/shm'
/** Bytes that have to be free there: the databases of a run take a part of them, and the run needs memory itself. */
const wanted = 4 * 2 ** 30

/**
 * A folder for the databases of a run: in memory where the system offers that, because a database is cloned in 25 ms
 * there, and on some disks in 500. What killed runs left in memory is removed.
 * @returns its path; whoever asks removes it
 */
export function makeRunFolder() {
  const name = `guildhall-run-${process.pid}-`
  try {
    removeLeft()
    const { bavail, bsize } = statfsSync(memory)
    if (Math.min(bavail * bsize, process.availableMemory()) >= wanted) return mkdtempSync(join(memory, name))
  } catch {
    // There is no such place, or we may not write there.
  }
  return mkdtempSync(join(tmpdir(), name))
}

function removeLeft() {
  for (const left of readdirSync(memory)) {
    const pid = /^guildhall-run-(\d+)-/.exec(left)?.[1]
    if (!pid || isAlive(Number(pid))) continue
    try {
      rmSync(join(memory, left), { recursive: true, force: true })
    } catch {
      // It belongs to another account.
    }
  }
}

function isAlive(pid) {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return error.code === 'EPERM'
  }
}
