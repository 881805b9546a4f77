import { createHash, randomBytes } from 'node:crypto'
import { link, mkdir, readFile, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const fileName = 'master.key'

/**
 * The key that everything sealed and every database password derives from: 32 bytes.
 * It comes from the configuration, else from the data folder, where the first start makes it (0600).
 *
 * @param o.configured at least 32 random characters; the content of `master.key` gives the same key as the file
 * @throws Error when the key is no key
 */
export async function loadMasterKey(o: { dataDir: string; configured?: string | undefined }): Promise<Buffer> {
  if (o.configured) return parse(o.configured, 'GUILDHALL_MASTER_KEY')
  const path = join(o.dataDir, fileName)
  const present = await read(path)
  if (present) return present
  await mkdir(o.dataDir, { recursive: true })
  await makeOnce(path)
  return (await read(path)) as Buffer
}

/** Written aside and linked into place: of two starts at once one makes the key, and nobody reads half of it. */
async function makeOnce(path: string): Promise<void> {
  const aside = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`
  await writeFile(aside, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600, flag: 'wx' })
  try {
    await link(aside, path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    await unlink(aside)
  }
}

async function read(path: string): Promise<Buffer | null> {
  try {
    return parse(await readFile(path, 'utf8'), path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

/** The text is digested, so that any sufficiently long form of a key will do; a short or monotonous one is none. */
function parse(text: string, place: string): Buffer {
  const trimmed = text.trim()
  if (trimmed.length < 32 || new Set(trimmed).size < 8)
    throw new Error(`${place} must hold at least 32 random characters: make them with "openssl rand -hex 32".`)
  return createHash('sha256').update(trimmed).digest()
}
