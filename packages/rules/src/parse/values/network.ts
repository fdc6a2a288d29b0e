/** An IPv4 or IPv6 network. IPv4 addresses are never in IPv6 networks, nor the reverse. */
export interface Network {
  readonly version: 4 | 6
  readonly address: bigint
  readonly prefix: number
}

/** Null if `text` is not a network: bad address, bad or missing prefix, or bits set after the prefix. */
export function parseNetwork(text: string): Network | null {
  const [head = '', tail, more] = text.split('/')
  const address = parseAddress(head)
  if (address === null || more !== undefined) return null
  const bits = address.version === 4 ? 32 : 128
  if (tail === undefined || !/^\d{1,3}$/.test(tail)) return null
  const prefix = Number(tail)
  if (prefix > bits) return null
  const rest = BigInt(bits - prefix)
  return (address.value >> rest) << rest === address.value
    ? { version: address.version, address: address.value, prefix }
    : null
}

export function inNetwork(text: string, network: Network): boolean {
  const address = parseAddress(text)
  if (address === null || address.version !== network.version) return false
  const rest = BigInt((network.version === 4 ? 32 : 128) - network.prefix)
  return address.value >> rest === network.address >> rest
}

function parseAddress(text: string): { version: 4 | 6; value: bigint } | null {
  if (text.length > 45) return null
  if (!text.includes(':')) {
    const value = parseV4(text)
    return value === null ? null : { version: 4, value }
  }
  const value = parseV6(text)
  return value === null ? null : { version: 6, value }
}

function parseV4(text: string): bigint | null {
  const parts = text.split('.')
  // Refuse leading zeros, which some parsers read as octal.
  if (parts.length !== 4 || !parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256)) return null
  return parts.reduce((sum, part) => sum * 256n + BigInt(part), 0n)
}

function parseV6(text: string): bigint | null {
  const [head = '', tail, more] = text.split('::')
  if (more !== undefined) return null
  const left = groups(head, tail === undefined)
  const right = tail === undefined ? undefined : groups(tail, true)
  if (left === null || right === null) return null
  const gap = 8 - left.length - (right?.length ?? 0)
  if (right === undefined ? gap !== 0 : gap < 1) return null
  const all = [...left, ...Array.from({ length: gap }, () => 0n), ...(right ?? [])]
  return all.reduce((sum, group) => sum * 65536n + group, 0n)
}

/** Parses the groups of an IPv6 address or of one half. Only the last half can end with an IPv4 address. */
function groups(text: string, isLast: boolean): bigint[] | null {
  if (text === '') return []
  const found: bigint[] = []
  const parts = text.split(':')
  for (const [index, part] of parts.entries()) {
    if (isLast && part.includes('.') && index === parts.length - 1) {
      const v4 = parseV4(part)
      if (v4 === null) return null
      found.push(v4 >> 16n, v4 & 0xffffn)
    } else if (/^[0-9a-f]{1,4}$/i.test(part)) found.push(BigInt(`0x${part}`))
    else return null
  }
  return found
}
