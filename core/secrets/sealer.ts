import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto'

/** Thrown when a sealed text was made with another key, for another place, or changed since. */
export class SealBroken extends Error {
  override readonly name = 'SealBroken'
}

interface Key {
  readonly id: string
  readonly bytes: Buffer
}

/**
 * Seals texts with AES-256-GCM. `s1.<key id>.<nonce>.<tag><text>`: the key's id tells which master key opens it, and the
 * place (such as `core.secret:oidc-keys`) is authenticated, so that a sealed text moved elsewhere does not open.
 */
export class Sealer {
  readonly #current: Key
  readonly #keys: ReadonlyMap<string, Key>

  /** @param older master keys that may still open what they sealed */
  constructor(masterKey: Buffer, older: readonly Buffer[] = []) {
    this.#current = sealingKey(masterKey)
    this.#keys = new Map([masterKey, ...older].map(sealingKey).map((key) => [key.id, key]))
  }

  seal(text: string, place: string): string {
    const nonce = randomBytes(12)
    const cipher = createCipheriv('aes-256-gcm', this.#current.bytes, nonce).setAAD(Buffer.from(place))
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
    const body = Buffer.concat([cipher.getAuthTag(), sealed])
    return `s1.${this.#current.id}.${nonce.toString('base64url')}.${body.toString('base64url')}`
  }

  /** @throws SealBroken */
  unseal(sealed: string, place: string): string {
    const [version, id = '', nonce = '', body = ''] = sealed.split('.')
    const key = this.#keys.get(id)
    if (version !== 's1' || !key)
      throw new SealBroken(
        `${place} was sealed with another master key (${id}). Start with the key it was sealed with.`,
      )
    const bytes = Buffer.from(body, 'base64url')
    try {
      const cipher = createDecipheriv('aes-256-gcm', key.bytes, Buffer.from(nonce, 'base64url'), { authTagLength: 16 })
      cipher.setAAD(Buffer.from(place)).setAuthTag(bytes.subarray(0, 16))
      return cipher.update(bytes.subarray(16), undefined, 'utf8') + cipher.final('utf8')
    } catch (cause) {
      throw new SealBroken(`${place} does not open: it was changed, or sealed for another place.`, { cause })
    }
  }
}

/** The master key itself never encrypts: database passwords derive from it too. */
function sealingKey(masterKey: Buffer): Key {
  const bytes = Buffer.from(hkdfSync('sha256', masterKey, '', 'guildhall sealing', 32))
  return { id: createHash('sha256').update(bytes).digest('hex').slice(0, 8), bytes }
}
