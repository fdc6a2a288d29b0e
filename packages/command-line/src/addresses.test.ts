import { expect, test } from 'vitest'
import { exactOrigin, isLoopback, readClientConfig, secureUrl } from './addresses.ts'
import { CommandFailed } from './command-failed.ts'

test.each(['localhost', '127.0.0.1', '127.9.9.9', '::1', '[::1]', '::ffff:127.0.0.1'])('%s is this machine', (host) => {
  expect(isLoopback(host)).toBe(true)
})

test.each(['0.0.0.0', '10.0.0.1', '::', 'localhost.example', '::ffff:10.0.0.1', ''])(
  '%j is another machine',
  (host) => {
    expect(isLoopback(host)).toBe(false)
  },
)

test.each([
  'sentinel.example',
  'ftp://sentinel.example',
  'https://sentinel.example/path',
  'https://sentinel.example/?query',
  'https://user@sentinel.example',
])('%s is not an origin, which ends a command with exit code 2', (text) => {
  const wrong = () => exactOrigin('SENTINELMESH_URL', text)
  expect(wrong).toThrow(CommandFailed)
  expect(wrong).toThrow(expect.objectContaining({ exitCode: 2, message: expect.stringContaining(text) }))
})

test('the environment names a server, or none', () => {
  expect(readClientConfig({})).toBeNull()
  expect(readClientConfig({ SENTINELMESH_URL: '', SENTINELMESH_API_KEY: 'key' })).toBeNull()
  const env = { SENTINELMESH_URL: 'https://sentinel.example/' }
  expect(readClientConfig(env)).toEqual({ url: 'https://sentinel.example', apiKey: null })
  expect(readClientConfig({ ...env, SENTINELMESH_API_KEY: 'key' })).toMatchObject({ apiKey: 'key' })
})

test('http is allowed on this machine only', () => {
  expect(secureUrl('https://mcp.example/mcp')?.host).toBe('mcp.example')
  expect(secureUrl('http://[::1]:8000/mcp')?.port).toBe('8000')
  expect(['http://mcp.example/', 'ftp://127.0.0.1/', 'mcp'].map(secureUrl)).toEqual([undefined, undefined, undefined])
})
