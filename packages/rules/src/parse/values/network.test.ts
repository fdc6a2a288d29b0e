import { isIPv4, isIPv6 } from 'node:net'
import { describe, expect, test } from 'vitest'
import { inNetwork, parseNetwork } from './network.ts'

const EVERY_V4 = { version: 4, address: 0n, prefix: 0 } as const
const EVERY_V6 = { version: 6, address: 0n, prefix: 0 } as const
const isAddress = (text: string) => inNetwork(text, EVERY_V4) || inNetwork(text, EVERY_V6)

/** Texts near IPv6 addresses: groups, gaps, and dotted ends in every arrangement, good and bad. */
function* nearV6(): Generator<string> {
  const groups = (count: number) => Array.from({ length: count }, (_, index) => (index + 1).toString(16))
  for (let left = 0; left <= 9; left += 1) {
    yield groups(left).join(':')
    for (let right = 0; right <= 9; right += 1) {
      const [before, after] = [groups(left).join(':'), groups(right).join(':')]
      yield `${before}::${after}`
      yield `${before}:::${after}`
      yield `${before}::${after}::1`
      yield `${before}::${after}${right === 0 ? '' : ':'}192.0.2.1`
      yield `${before}:192.0.2.1::${after}`
    }
    yield [...groups(left), '192.0.2.1'].join(':')
    yield [...groups(left), '12345'].join(':')
    yield [...groups(left), 'g'].join(':')
    yield `:${groups(left).join(':')}`
    yield `${groups(left).join(':')}:`
  }
}

function* nearV4(): Generator<string> {
  const parts = ['0', '1', '9', '10', '99', '100', '255', '256', '1000', '', '-1', '+1', '1e1', '0x1', ' 1']
  for (const part of parts) for (const at of [0, 1, 2, 3]) yield ['1', '2', '3', '4'].with(at, part).join('.')
  yield* ['1', '1.2', '1.2.3', '1.2.3.4.5', '.1.2.3.4', '1.2.3.4.']
}

describe('an address', () => {
  test.each(['1:2:3:4::5:6:7:8', '1:2:3:4:5:6:7::8:9', '::1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7:8::'])(
    '%s is rejected because a gap stands for at least one group',
    (text) => {
      expect(isAddress(text)).toBe(false)
      expect(parseNetwork(`${text}/128`)).toBeNull()
    },
  )

  test('is accepted exactly if Node accepts it, for all arrangements of groups and gaps', () => {
    const texts = [...nearV6()]
    expect(texts.filter(isIPv6).length).toBeGreaterThan(50)
    for (const text of texts) expect([text, inNetwork(text, EVERY_V6)]).toEqual([text, isIPv6(text)])
  })

  test('of IPv4 is accepted exactly if Node accepts it', () => {
    for (const text of nearV4()) expect([text, inNetwork(text, EVERY_V4)]).toEqual([text, isIPv4(text)])
  })

  test('has the same meaning in every notation', () => {
    const one = parseNetwork('2001:db8:0:0:0:0:c000:201/128')
    for (const text of ['2001:db8::c000:201', '2001:DB8::192.0.2.1', '2001:0db8:0000::0:0:c000:0201'])
      expect(parseNetwork(`${text}/128`)).toEqual(one)
  })
})

describe('a network', () => {
  test('contains an address exactly if the first bits are equal, for every prefix length', () => {
    const bits = (address: bigint) => address.toString(2).padStart(128, '0')
    const address = 0x20010db8_12345678_9abcdef0_0fedcba9n
    const write = (value: bigint) =>
      Array.from({ length: 8 }, (_, index) => ((value >> BigInt(112 - 16 * index)) & 0xffffn).toString(16)).join(':')
    for (let prefix = 0; prefix <= 128; prefix += 1) {
      const rest = BigInt(128 - prefix)
      const network = parseNetwork(`${write((address >> rest) << rest)}/${prefix}`)
      if (network === null) throw new Error(`/${prefix} is a network`)
      for (let bit = 0; bit < 128; bit += 1) {
        const other = address ^ (1n << BigInt(bit))
        expect(inNetwork(write(other), network)).toBe(bits(other).slice(0, prefix) === bits(address).slice(0, prefix))
      }
    }
  })

  test.each([
    '10.0.0.0/33',
    '::/129',
    '10.0.0.0',
    '10.0.0.0/',
    '10.0.0.0/8/8',
    '10.0.0.1/8',
    '2001:db8::1/64',
    '::/-1',
  ])('%s is not a network', (text) => expect(parseNetwork(text)).toBeNull())

  test('of one IP version contains no address of the other, including mapped addresses', () => {
    expect(inNetwork('::ffff:10.0.0.1', EVERY_V4)).toBe(false)
    expect(inNetwork('10.0.0.1', EVERY_V6)).toBe(false)
  })
})
