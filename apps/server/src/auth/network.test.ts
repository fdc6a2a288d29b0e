import { describe, expect, test } from 'vitest'
import { randomOf } from '../demo/random.ts'
import { networkOf } from './network.ts'

const random = randomOf('networks')
const below = (limit: number) => random.int(0, limit - 1)
const groupsOf = (count: number) => Array.from({ length: count }, () => below(0x10000).toString(16))
const v4 = () => Array.from({ length: 4 }, () => below(256)).join('.')

/** Other spellings of the same address: uppercase, leading zeros, the first run of zeros elided, a zone index. */
function spellings(groups: readonly string[]): string[] {
  const plain = groups.join(':')
  const zeros = plain.replace(/(?:^|:)0(?::0)+(?::|$)/, '::')
  return [plain, plain.toUpperCase(), groups.map((group) => group.padStart(4, '0')).join(':'), zeros, `${plain}%eth0`]
}

describe('a network', () => {
  test('of IPv6 is the /64: all addresses in it count as one', () => {
    for (let round = 0; round < 500; round += 1) {
      const head = groupsOf(4).map((group) => (below(3) === 0 ? '0' : group))
      const tails = [groupsOf(4), groupsOf(4), ['0', '0', '0', '0'], ['0', '0', '0', '1']]
      const networks = new Set(tails.flatMap((tail) => spellings([...head, ...tail])).map(networkOf))
      expect([...networks]).toHaveLength(1)
    }
  })

  test('of IPv6 differs if any of the first 64 bits differs', () => {
    for (let round = 0; round < 20; round += 1) {
      const groups = groupsOf(8)
      const known = networkOf(groups.join(':'))
      for (let bit = 0; bit < 128; bit += 1) {
        const at = Math.floor(bit / 16)
        const changed = (Number.parseInt(groups[at] ?? '', 16) ^ (1 << (15 - (bit % 16)))).toString(16)
        expect(networkOf(groups.with(at, changed).join(':')) === known).toBe(bit >= 64)
      }
    }
  })

  test('of IPv4 is the address, and an IPv4-mapped IPv6 address is the same network', () => {
    for (let round = 0; round < 500; round += 1) {
      const address = v4()
      const [a = 0, b = 0, c = 0, d = 0] = address.split('.').map(Number)
      const hex = `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`
      expect(networkOf(address)).toBe(address)
      for (const mapped of [`::ffff:${address}`, `::FFFF:${address}`, `::ffff:${hex}`, `0:0:0:0:0:ffff:${hex}`])
        expect(networkOf(mapped)).toBe(address)
    }
  })

  test('is never the same for two IPv4 addresses', () => {
    const addresses = new Set(Array.from({ length: 2_000 }, v4))
    expect(new Set([...addresses].map(networkOf)).size).toBe(addresses.size)
    expect(new Set([...addresses].map((address) => networkOf(`::ffff:${address}`))).size).toBe(addresses.size)
  })

  test('of a text that is not an address is the text itself, and null if there is none', () => {
    for (const text of ['', 'unknown', '1:2:3:4::5:6:7:8', '1.2.3.256']) expect(networkOf(text)).toBe(text)
    expect(networkOf(null)).toBeNull()
  })
})
