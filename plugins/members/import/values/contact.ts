import { domainToASCII } from 'node:url'
import type { Parsed } from './parsed.ts'
import { isProblem } from './parsed.ts'

const ACCEPTED = 'one address, such as name@example.org'
/** What stands between two addresses. */
const SEVERAL = /\s*(?:[;,|\n]|:::)\s*|\s+(?:oder|or|und|and|\/)\s+|\s+(?=\S+@)/i
const ADDRESS =
  /^[^\s@<>()[\],;:"\\]{1,64}@[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?(?:\.[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?)+$/u

/**
 * An e-mail address, also as `Name <address>` or `mailto:address`; of several in one cell the first. The domain is written
 * in lower case, and with umlauts as the network knows it (`xn--mller-kva.de`).
 */
export function parseEmail(text: string): Parsed<string> {
  const bare = text.trim().replace(/^mailto:/i, '')
  const address = (/<([^<>]+)>\s*$/.exec(bare)?.[1] ?? bare).trim()
  if (ADDRESS.test(address) && address.length <= 254) {
    const at = address.lastIndexOf('@')
    const [name, domain] = [address.slice(0, at), domainToASCII(address.slice(at + 1))]
    if (/^[\x21-\x7e]+$/.test(name) && domain !== '') return { value: `${name}@${domain}` }
    return { problem: 'Before the @ stand letters such as ü, which no mailbox has.', accepted: ACCEPTED }
  }
  const [first = '', ...others] = bare.split(SEVERAL).filter(Boolean)
  const own = others.length > 0 ? parseEmail(first) : null
  if (own && !isProblem(own) && others.every((other) => !isProblem(parseEmail(other))))
    return {
      value: own.value,
      notice: 'More than one e-mail address: the first is taken, the others are kept.',
      rest: others.join(', '),
    }
  return { problem: 'Not an e-mail address.', accepted: ACCEPTED }
}

/** A web address; `www.example.org` gets its scheme. */
export function parseUrl(text: string): Parsed<string> {
  const written = text.trim()
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:/i.test(written) ? written : `https://${written}`)
  if (
    url &&
    /^https?:$/.test(url.protocol) &&
    url.hostname.includes('.') &&
    !/\s/.test(written) &&
    written.length <= 2048
  ) {
    return { value: written.includes('://') ? written : `https://${written}` }
  }
  return { problem: 'Not a web address.', accepted: 'such as https://example.org', bearable: true }
}
