import { readFile } from 'node:fs/promises'

/** Where a secret named like `SMTP_PASSWORD` comes from. */
export interface SecretProvider {
  /** Undefined when this provider does not have it. @throws Error naming the provider when it cannot tell. */
  get(name: string): Promise<string | undefined>
}

type Environment = Readonly<Record<string, string | undefined>>

/** The variable of that name; an empty one counts as absent. */
export const environmentSecrets = (env: Environment): SecretProvider => ({
  get: async (name) => env[name] || undefined,
})

/** The file that `<NAME>_FILE` names, as container platforms mount secrets. One line break at the end is not part of it. */
export const fileSecrets = (env: Environment): SecretProvider => ({
  get: async (name) => {
    const path = env[`${name}_FILE`]
    if (!path) return undefined
    try {
      return (await readFile(path, 'utf8')).replace(/\r?\n$/, '')
    } catch (cause) {
      throw new Error(`${name}_FILE names a file that cannot be read: ${path}`, { cause })
    }
  },
})

/** Asks one after the other; the first that has it answers. */
export const firstOf = (...providers: readonly SecretProvider[]): SecretProvider => ({
  get: async (name) => {
    for (const provider of providers) {
      const value = await provider.get(name)
      if (value !== undefined) return value
    }
    return undefined
  },
})
