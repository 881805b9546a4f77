/** Finds the server, and refuses to reach into the operator's network for an organisation's own account. */
import { lookup } from 'node:dns/promises'
import { BlockList, isIP } from 'node:net'
import type { Account } from './account.ts'
import { Undelivered } from './failure.ts'

// A list of its own for each family: node looks for an IPv4 address among IPv6 subnets too, as the mapped one.
const privateV4 = new BlockList()
for (const [net, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
] as const)
  privateV4.addSubnet(net, bits, 'ipv4')
// Only 2000::/3 is anybody's address; tunnels into IPv4 stand in it and are taken out.
const unicastV6 = new BlockList()
unicastV6.addSubnet('2000::', 3, 'ipv6')
const tunnels = new BlockList()
tunnels.addSubnet('2002::', 16, 'ipv6')
tunnels.addSubnet('2001::', 32, 'ipv6')

export const isInside = (address: string): boolean =>
  isIP(address) === 6
    ? !unicastV6.check(address, 'ipv6') || tunnels.check(address, 'ipv6')
    : privateV4.check(address, 'ipv4')

/**
 * The address to connect to. It is the one that was looked at: a name that answers differently a moment later reaches nothing.
 * @throws Undelivered at the step `resolve`
 */
export async function addressOf({ host, trusted }: Pick<Account, 'host' | 'trusted'>): Promise<string> {
  const found = await lookup(host, { all: true }).catch((cause: NodeJS.ErrnoException) => {
    throw new Undelivered({
      step: 'resolve',
      code: null,
      message: `The name ${host} is not known (${cause.code}).`,
      permanent: false,
      bounced: false,
    })
  })
  const usable = trusted ? found : found.filter(({ address }) => !isInside(address))
  // IPv4 first: many machines have no way out over IPv6, and say so late.
  const chosen = usable.toSorted((a, b) => a.family - b.family)[0]
  if (!chosen)
    throw new Undelivered({
      step: 'resolve',
      code: null,
      message: 'The server stands in a private network. Use one that the internet reaches, or ask the operator.',
      permanent: true,
      bounced: false,
    })
  return chosen.address
}
