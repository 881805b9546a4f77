import { spawnSync } from 'node:child_process'
import { readFileSync, statSync } from 'node:fs'

/** The operating-system account the server runs as. */
export interface Account {
  uid: number
  gid: number
}

/**
 * PostgreSQL refuses to run as root, and root is what containers and CI give. Then the server runs as whoever owns the
 * cluster already, else as `postgres` or `nobody`; no user is created on the host.
 * @returns undefined when the server runs as ourselves (not root, or no such thing as a uid: Windows)
 */
export function serverAccount(cluster: string): Account | undefined {
  if (process.getuid?.() !== 0) return undefined
  const owner = statSync(cluster, { throwIfNoEntry: false })
  if (owner && owner.uid !== 0) return { uid: owner.uid | 0, gid: owner.gid | 0 }
  return accountNamed('postgres') ?? accountNamed('nobody') ?? { uid: 65534, gid: 65534 }
}

/** Asks the kernel instead of reading modes: access lists, mounts and namespaces have a say in it too. */
export function canEnter(account: Account | undefined, folder: string): boolean {
  if (!account) return true
  return spawnSync('/bin/sh', ['-c', 'cd "$1"', 'sh', folder], { ...account, cwd: '/', stdio: 'ignore' }).status === 0
}

function accountNamed(name: string): Account | undefined {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith(`${name}:`))
  const [, , uid, gid] = line?.split(':') ?? []
  // `| 0`: macOS writes nobody as 4294967294 or -2, and spawn takes a signed 32-bit number.
  return uid && gid ? { uid: Number(uid) | 0, gid: Number(gid) | 0 } : undefined
}
