import { createHash, randomBytes } from 'node:crypto'
import { link, mkdir, readFile, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Where the key comes from, as the configuration says it. The content of `master.key` set there gives the same key. */
export interface KeyPlace {
  readonly dataDir: string
  /** At least 32 random characters; '' = from the data folder. */
  readonly secrets: { readonly masterKey: string }
}

/** The database was made with another key: with this one nothing in it opens, and its roles would lock out the others. */
export class OtherMasterKey extends Error {
  override readonly name = 'OtherMasterKey'

  constructor() {
    super(
      'This database belongs to another master key than the one of this node. Nothing was changed. Set ' +
        'GUILDHALL_MASTER_KEY or GUILDHALL_MASTER_KEY_FILE to the key of the node that first started on it: the value of ' +
        'its own setting, or the file master.key in its data folder. Where that key is lost, ' +
        'docs/installation.md says what to do.',
    )
  }
}

/**
 * The key that everything sealed and every database password derives from: 32 bytes.
 * It comes from the configuration, else from the data folder, where the first start makes it (0600).
 * @throws Error when the key is no key
 */
export const loadMasterKey = (o: KeyPlace): Promise<Buffer> => withMasterKey(o, async (key) => key)

/** As `loadMasterKey`, and what the database says of it: a key made just now is taken away again where it has another. */
export async function withMasterKey<R>(o: KeyPlace, work: (key: Buffer) => Promise<R>): Promise<R> {
  const present = await readMasterKey(o)
  if (present) return work(present)
  const path = keyFile(o)
  await mkdir(o.dataDir, { recursive: true })
  const made = await makeOnce(path)
  try {
    return await work((await read(path)) as Buffer)
  } catch (error) {
    if (made && error instanceof OtherMasterKey) await unlink(path)
    throw error
  }
}

/** The key where there is one; makes none. */
export const readMasterKey = async (o: KeyPlace): Promise<Buffer | null> =>
  o.secrets.masterKey ? parse(o.secrets.masterKey, 'GUILDHALL_MASTER_KEY') : read(keyFile(o))

const keyFile = ({ dataDir }: KeyPlace): string => join(dataDir, 'master.key')

/**
 * Written aside and linked into place: of two starts at once one makes the key, and nobody reads half of it.
 * @returns whether it was this one
 */
async function makeOnce(path: string): Promise<boolean> {
  const aside = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`
  await writeFile(aside, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600, flag: 'wx' })
  try {
    await link(aside, path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    return false
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
