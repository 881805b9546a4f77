/** `fetch`: `{ url, method?, headers?, body? }`, to a host that was agreed to. */
import { checkRequest } from '../http/request.ts'
import { Refusal } from '../refusal.ts'
import { field, type HostMethod } from './method.ts'

export const fetchMethod: HostMethod = {
  describe(input) {
    const url = field(input, 'url')
    return { name: hostOf(typeof url === 'string' ? url : ''), effect: 'write' }
  },
  async run(call, what, o) {
    if (o.counts.add('fetch') > o.limits.fetches)
      throw new Refusal('LIMIT', `A run fetches at most ${o.limits.fetches} times`)
    const request = checkRequest(call.input, {
      allows: o.allows,
      // Handles are put in here and nowhere else: not in the address, not in the body.
      header: (value) => withSecrets(value, o.secrets),
      idempotencyKey: o.idempotencyKey(call.sequence),
    })
    return o.mode.fetch(call, what, request)
  },
}

const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).host : '').slice(0, 253)

function withSecrets(value: string, secrets: ReadonlyMap<string, string>): string {
  let text = value
  for (const [handle, secret] of secrets) text = text.replaceAll(handle, () => secret)
  return text
}
