/** `fetch`: `{ url, method?, headers?, body? }`, to a host that was agreed to. */
import { checkRequest } from '../http/request.ts'
import { Refusal } from '../refusal.ts'
import { type HostMethod, textField } from './method.ts'

export const fetchMethod: HostMethod = {
  describe(input) {
    return { name: hostOf(textField(input, 'url') ?? ''), effect: 'write' }
  },
  async run(call, what, o) {
    if (o.counts.add('fetch') > o.limits.fetches)
      throw new Refusal('LIMIT', `A run fetches at most ${o.limits.fetches} times`)
    const request = checkRequest(call.input, {
      allows: o.allows,
      // Handles are put in here and nowhere else: not in the address, not in the body.
      header: (value) => withSecrets(value, o.secrets),
      idempotencyKey: o.idempotencyKey(call.sequence),
      depth: o.depth + 1,
    })
    // Who comes in again by the front door is somebody else, and no chain of bots any more.
    if (request.url.hostname === o.ownHost)
      throw new Refusal('FORBIDDEN', 'A bot reaches its own platform by actions, not over the network')
    return o.mode.fetch(call, what, request)
  },
}

const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).host : '').slice(0, 253)

function withSecrets(value: string, secrets: ReadonlyMap<string, string>): string {
  let text = value
  for (const [handle, secret] of secrets) text = text.replaceAll(handle, () => secret)
  return text
}
