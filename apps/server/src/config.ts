import { resolve } from 'node:path'
import ipaddr from 'ipaddr.js'
import { exactOrigin, isLoopback, secureUrl } from '@sentinelmesh/command-line/addresses'
import { ConfigError } from '@sentinelmesh/command-line/command-failed'

export interface Config {
  readonly host: string
  readonly port: number
  readonly dataDir: string
  /** Path of the SQLite file. */
  readonly databaseFile: string
  /** The origin at which browsers and agents reach this server. Determines links, cookies, and request checks. */
  readonly publicUrl: URL | null
  readonly corsOrigins: readonly string[]
  readonly trustProxy: readonly string[]
  readonly registration: 'first-user' | 'open' | 'closed'
  readonly retentionDays: number
  readonly anonymousOrg: string | null
  /** The file to which chain heads are published. Null if there is none. */
  readonly headsFile: string | null
  readonly headsUrl: URL | null
  readonly headsEveryMinutes: number
  readonly logLevel: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent'
}

const PREFIX = 'SENTINELMESH_'
const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const
const REGISTRATIONS = ['first-user', 'open', 'closed'] as const

const SERVER_NAMES = [
  'HOST',
  'PORT',
  'DATA_DIR',
  'DATABASE_URL',
  'PUBLIC_URL',
  'CORS_ORIGINS',
  'TRUST_PROXY',
  'REGISTRATION',
  'RETENTION_DAYS',
  'ANONYMOUS_ORG',
  'INSECURE_HTTP',
  'LOG_LEVEL',
  'HEADS_FILE',
  'HEADS_URL',
  'HEADS_EVERY',
].map((name) => PREFIX + name)
/** Variables of clients and tests. The server ignores them. */
const CLIENT_NAMES = ['URL', 'API_KEY', 'TEST_REQUIRE_BROWSER'].map((name) => PREFIX + name)

/** Reads and validates every `SENTINELMESH_*` variable of a server. */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  refuseUnknownNames(env)
  const host = env['SENTINELMESH_HOST'] ?? '127.0.0.1'
  const port = wholeNumber('SENTINELMESH_PORT', env['SENTINELMESH_PORT'] ?? '8000', 0, 65_535)
  const dataDir = resolve(env['SENTINELMESH_DATA_DIR'] ?? 'data')
  const publicUrl = readPublicUrl(env['SENTINELMESH_PUBLIC_URL'])
  const insecureHttp = oneOf('SENTINELMESH_INSECURE_HTTP', env['SENTINELMESH_INSECURE_HTTP'] ?? '0', ['0', '1']) === '1'
  const anonymousOrg = env['SENTINELMESH_ANONYMOUS_ORG'] ?? null

  if (!isLoopback(host)) {
    if (publicUrl === null) {
      throw new ConfigError(
        `SENTINELMESH_HOST=${host} opens this server to other machines. Say under which address they reach it: set SENTINELMESH_PUBLIC_URL, such as https://sentinel.example.`,
      )
    }
    if (publicUrl.protocol !== 'https:' && !insecureHttp) {
      throw new ConfigError(
        'SENTINELMESH_PUBLIC_URL is not https, so passwords and keys would cross the network in the clear. Put a proxy with TLS in front, or set SENTINELMESH_INSECURE_HTTP=1 if that is what you want.',
      )
    }
    if (anonymousOrg !== null) {
      throw new ConfigError(
        'SENTINELMESH_ANONYMOUS_ORG works on loopback only. Remove it, or set SENTINELMESH_HOST=127.0.0.1.',
      )
    }
  }

  return {
    host,
    port,
    dataDir,
    databaseFile: readDatabaseFile(env['SENTINELMESH_DATABASE_URL'], dataDir),
    publicUrl,
    corsOrigins: list(env['SENTINELMESH_CORS_ORIGINS']).map((origin) =>
      exactOrigin('SENTINELMESH_CORS_ORIGINS', origin),
    ),
    trustProxy: list(env['SENTINELMESH_TRUST_PROXY']).map(network),
    registration: oneOf('SENTINELMESH_REGISTRATION', env['SENTINELMESH_REGISTRATION'] ?? 'first-user', REGISTRATIONS),
    retentionDays: wholeNumber('SENTINELMESH_RETENTION_DAYS', env['SENTINELMESH_RETENTION_DAYS'] ?? '90', 1, 36_500),
    anonymousOrg,
    headsFile: readPath(env['SENTINELMESH_HEADS_FILE']),
    headsUrl: readHeadsUrl(env['SENTINELMESH_HEADS_URL']),
    headsEveryMinutes: wholeNumber('SENTINELMESH_HEADS_EVERY', env['SENTINELMESH_HEADS_EVERY'] ?? '60', 1, 10_080),
    logLevel: oneOf('SENTINELMESH_LOG_LEVEL', env['SENTINELMESH_LOG_LEVEL'] ?? 'info', LOG_LEVELS),
  }
}

function refuseUnknownNames(env: NodeJS.ProcessEnv): void {
  const known = [...SERVER_NAMES, ...CLIENT_NAMES]
  for (const name of Object.keys(env)) {
    if (!name.startsWith(PREFIX) || known.includes(name)) continue
    const nearest = known.toSorted((a, b) => distance(name, a) - distance(name, b))[0]
    throw new ConfigError(`${name} is not a setting of SentinelMesh. The nearest is ${nearest}.`)
  }
}

function readDatabaseFile(url: string | undefined, dataDir: string): string {
  if (url === undefined || url === 'sqlite:') return resolve(dataDir, 'sentinelmesh.db')
  if (url.startsWith('sqlite:')) return resolve(url.slice('sqlite:'.length))
  if (/^postgres(ql)?:/.test(url)) {
    throw new ConfigError(
      'SENTINELMESH_DATABASE_URL names Postgres, which this version cannot use yet. Use sqlite:PATH, or leave it out.',
    )
  }
  throw new ConfigError('SENTINELMESH_DATABASE_URL has to look like sqlite:PATH.')
}

function readPublicUrl(text: string | undefined): URL | null {
  if (text === undefined) return null
  return new URL(exactOrigin('SENTINELMESH_PUBLIC_URL', text))
}

function readPath(text: string | undefined): string | null {
  return text === undefined || text === '' ? null : resolve(text)
}

/** Heads reveal the organizations and how much they log, so they must not cross a network in the clear. */
function readHeadsUrl(text: string | undefined): URL | null {
  if (text === undefined || text === '') return null
  const url = secureUrl(text)
  if (url === undefined || url.username !== '' || url.password !== '') {
    throw new ConfigError(
      'SENTINELMESH_HEADS_URL has to be an https address, or http on this machine, without a user name or password in it.',
    )
  }
  return url
}

function network(text: string): string {
  const address = text.includes('/') ? text : `${text}/${text.includes(':') ? 128 : 32}`
  if (!ipaddr.isValidCIDR(address)) {
    throw new ConfigError(
      `SENTINELMESH_TRUST_PROXY takes addresses or networks such as 10.0.0.0/8; ${JSON.stringify(text)} is none.`,
    )
  }
  return address
}

function wholeNumber(name: string, text: string, least: number, most: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (!(value >= least && value <= most)) {
    throw new ConfigError(`${name} has to be a whole number from ${least} to ${most}; it is ${JSON.stringify(text)}.`)
  }
  return value
}

function oneOf<const Value extends string>(name: string, text: string, allowed: readonly Value[]): Value {
  const value = allowed.find((one) => one === text)
  if (value === undefined)
    throw new ConfigError(`${name} has to be ${allowed.join(' or ')}; it is ${JSON.stringify(text)}.`)
  return value
}

function list(text: string | undefined): string[] {
  return (text ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
}

/** Levenshtein distance, to suggest the nearest setting. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const replace = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(replace, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
