/** Addresses that are not the public internet (IANA's special-purpose registries): nothing a bot may reach. */
import { BlockList, isIP, isIPv6 } from 'node:net'

const v4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.31.196.0/24',
  '192.52.193.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '192.175.48.0/24',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
] // prettier-ignore
/** Only 2000::/3 is given out; within it, what is set aside or carries a v4 address. */
const v6 = ['2001::/23', '2001:db8::/32', '2002::/16', '2620:4f:8000::/48', '3fff::/20'] as const

const special = new BlockList()
for (const range of v4) add(range, 'ipv4')
for (const range of v6) add(range, 'ipv6')
const unicast = new BlockList()
unicast.addSubnet('2000::', 3, 'ipv6')

function add(range: string, family: 'ipv4' | 'ipv6'): void {
  const [address, bits] = range.split('/') as [string, string]
  special.addSubnet(address, Number(bits), family)
}

/** Whether the address is one of the public internet; of mapped ones none is, they only hide another. */
export function isPublic(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !special.check(address, 'ipv4')
    case 6:
      return (
        isIPv6(address) && !address.includes('%') && unicast.check(address, 'ipv6') && !special.check(address, 'ipv6')
      )
    default:
      return false
  }
}
