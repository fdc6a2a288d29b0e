import ipaddr from 'ipaddr.js'

/**
 * What counts as one network: an IPv4 address, also one written as IPv6, or the /64 that one subscriber has. Null for
 * callers that have no address, which come through the socket in the data folder.
 */
export function networkOf(address: string | null): string | null {
  if (address === null || !ipaddr.isValid(address)) return address
  const parsed = ipaddr.process(address)
  if (parsed.kind() === 'ipv4') return parsed.toString()
  return `${parsed.toNormalizedString().split(':').slice(0, 4).join(':')}::/64`
}
