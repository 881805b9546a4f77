import { constants } from 'node:fs'
import { access, mkdir, stat, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import type { Config } from '../../config/index.ts'
import type { Finding } from './findings.ts'

const oldestNode = 24
const lowDiskBytes = 1_073_741_824

export async function* machineFindings({ dataDir, environment, secrets }: Config): AsyncGenerator<Finding> {
  const major = Number.parseInt(process.versions.node, 10)
  yield major >= oldestNode
    ? { check: 'node', state: 'ok', detail: process.version }
    : {
        check: 'node',
        state: 'fail',
        detail: `${process.version} is too old`,
        remedy: `Use Node ${oldestNode} or newer; npm scripts bring their own.`,
      }

  try {
    await mkdir(dataDir, { recursive: true, mode: 0o700 })
    await access(dataDir, constants.R_OK | constants.W_OK | constants.X_OK)
    yield { check: 'data folder', state: 'ok', detail: dataDir }
  } catch (error) {
    yield {
      check: 'data folder',
      state: 'fail',
      detail: `${dataDir} cannot be written: ${(error as Error).message}`,
      remedy: 'Give it to the account that runs Guildhall, or set GUILDHALL_DATA_DIR.',
    }
    return
  }
  yield* keyFinding(join(dataDir, 'master.key'), secrets.masterKey !== '', environment)
  const { bavail, bsize } = await statfs(dataDir)
  const free = bavail * bsize
  yield free < lowDiskBytes
    ? {
        check: 'disk',
        state: 'fail',
        detail: `${size(free)} free`,
        remedy: 'Make room: the database and uploads stop when the disk is full.',
      }
    : { check: 'disk', state: 'ok', detail: `${size(free)} free` }
}

async function* keyFinding(file: string, configured: boolean, environment: string): AsyncGenerator<Finding> {
  const check = 'master key'
  if (configured) return yield { check, state: 'ok', detail: 'from GUILDHALL_MASTER_KEY' }
  const found = await stat(file).catch(() => null)
  if (!found) return yield { check, state: 'ok', detail: 'is made at the first start' }
  if (process.platform !== 'win32' && (found.mode & 0o077) !== 0)
    return yield { check, state: 'fail', detail: 'others may read it', remedy: `chmod 600 ${file}` }
  yield environment === 'production'
    ? {
        check,
        state: 'warn',
        detail: 'lies in the data folder',
        remedy: 'Set GUILDHALL_MASTER_KEY, so that backups of the data folder do not carry their own key.',
      }
    : { check, state: 'ok', detail: 'in the data folder' }
}

const size = (bytes: number): string => `${(bytes / 1_073_741_824).toFixed(1)} GB`
