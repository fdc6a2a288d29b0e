import { readFileSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { isLoopback, readClientConfig, secureUrl } from '@sentinelmesh/command-line/addresses'
import { CommandFailed } from '@sentinelmesh/command-line/command-failed'
import { codeOf } from './transports/error-code.ts'

/** Environment variable with the API key. The MCP server must not see it. */
export const KEY_NAME = 'SENTINELMESH_API_KEY'
const MOST_BUDGET_MS = 60_000

export interface Settings {
  /** The SentinelMesh server. */
  readonly url: string
  readonly apiKey: string
  /** Requests that could not be sent wait there. */
  readonly spoolFolder: string
}

/** Reads the environment and the key file. Throws `CommandFailed` if there is no key. */
export function readSettings(env: NodeJS.ProcessEnv, keyFile: string | undefined): Settings {
  const url = readClientConfig(env)?.url ?? 'http://127.0.0.1:8000'
  const state = env['XDG_STATE_HOME'] ?? join(homedir(), '.local', 'state')
  const apiKey = keyFile === undefined ? env[KEY_NAME] : readKey(keyFile)
  if (apiKey === undefined || apiKey === '')
    throw new CommandFailed(
      'Set SENTINELMESH_API_KEY, or --key-file, to a key with the scope verdict: sentinelmesh key create --scope verdict.',
      2,
    )
  return { url, apiKey, spoolFolder: join(state, 'sentinelmesh', 'mcp') }
}

function readKey(file: string): string {
  try {
    if ((statSync(file).mode & 0o077) !== 0)
      throw new CommandFailed(`${file} can be read by others. Run: chmod 600 ${file}`, 2)
    return readFileSync(file, 'utf8').trim()
  } catch (error) {
    if (error instanceof CommandFailed) throw error
    throw new CommandFailed(`The key file ${file} cannot be read (${codeOf(error)}).`, 2)
  }
}

/** The value of `--budget`. */
export function budgetMsOf(text: string): number {
  const ms = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (ms >= 1 && ms <= MOST_BUDGET_MS) return ms
  throw new CommandFailed(`--budget has to be a whole number of milliseconds from 1 to ${MOST_BUDGET_MS}.`, 2)
}

/** The value of `--url`. */
export function upstreamOf(text: string): URL {
  const url = secureUrl(text)
  if (url === undefined || url.username !== '' || url.hash !== '')
    throw new CommandFailed(
      '--url has to be an https address, or http on this machine, without a user name in it: https://mcp.example/mcp.',
      2,
    )
  return url
}

/** The value of `--listen`. */
export function listenAt(text: string): { readonly host: string; readonly port: number } {
  const [, host = '', port = ''] = /^(\[[^\]]+\]|[^:]+):(\d{1,5})$/.exec(text) ?? []
  const bare = host.replace(/^\[|\]$/g, '')
  if (host === '' || Number(port) > 65_535 || !isLoopback(bare))
    throw new CommandFailed(
      `--listen has to be an address of this machine and a port, such as 127.0.0.1:8765; it is ${JSON.stringify(text)}.`,
      2,
    )
  return { host: bare, port: Number(port) }
}
