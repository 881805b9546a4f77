import { hkdfSync, randomBytes } from 'node:crypto'
import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readVault, Sealer, VaultAway } from '../secrets/index.ts'
import type { Given } from './layers.ts'
import type { Config } from './schema.ts'
import { configSettings } from './settings.ts'

type Values = Readonly<Record<string, unknown>>
type Where = Pick<Config, 'vault' | 'dataDir'>

/** What Vault may give: every secret but the one that opens it. */
const askable = configSettings.filter(({ path, schema }) => schema.secret && schema.env && !path.startsWith('vault.'))

/** Names of variables, by whether there is such a secret. */
export function namesInVault(values: Values): { readonly known: string[]; readonly unknown: string[] } {
  const known = askable.flatMap(({ schema }) => (schema.env && schema.env in values ? [schema.env] : []))
  return { known, unknown: Object.keys(values).filter((name) => !known.includes(name)) }
}

/** An empty value is an unset one, as in the environment. */
export const fromVault = (values: Values): Given[] =>
  askable.flatMap(({ path, schema }) => {
    const value = schema.env ? values[schema.env] : undefined
    return value === undefined || value === '' ? [] : [{ path, value, origin: `${schema.env} in Vault` }]
  })

/**
 * What Vault holds, asked once at a start. While it is away the last good values serve: an outage there must not become
 * one here. A refusal is no outage, and stops the start.
 * @param warn hears that the last good values serve
 */
export async function askVault(o: Where, warn: (message: string) => void): Promise<Values> {
  try {
    const values = await readVault(o.vault)
    await keep(o, values)
    return values
  } catch (error) {
    if (!(error instanceof VaultAway)) throw error
    const kept = await lastGood(o)
    if (kept === null)
      throw new Error(
        `${error.message}. No values of an earlier start are kept for this token. Start Vault, or correct VAULT_ADDR.`,
        {
          cause: error,
        },
      )
    warn(`${error.message}. The values it gave on ${kept.at.toISOString()} serve.`)
    return kept.values
  }
}

const file = ({ dataDir }: Where) => join(dataDir, 'vault.sealed')
const place = ({ vault }: Where) => `vault:${vault.address}/${vault.mount}/${vault.path}`

/**
 * Sealed with a key from the token, which is not in the data folder: who has it may ask Vault anyway. Not with the master
 * key, which may itself be in Vault.
 */
const sealer = ({ vault }: Where) => new Sealer(Buffer.from(hkdfSync('sha256', vault.token, '', 'guildhall vault', 32)))

async function keep(o: Where, values: Values): Promise<void> {
  const aside = `${file(o)}.${randomBytes(4).toString('hex')}`
  await mkdir(o.dataDir, { recursive: true })
  const { known } = namesInVault(values)
  const taken = Object.fromEntries(known.map((name) => [name, values[name]]))
  await writeFile(aside, sealer(o).seal(JSON.stringify(taken), place(o)), { mode: 0o600, flag: 'wx' })
  await rename(aside, file(o))
}

/** Null where nothing is kept, or it was kept with another token or from another place. */
async function lastGood(o: Where): Promise<{ values: Values; at: Date } | null> {
  try {
    const values = JSON.parse(sealer(o).unseal(await readFile(file(o), 'utf8'), place(o))) as Values
    return { values, at: (await stat(file(o))).mtime }
  } catch {
    return null
  }
}
