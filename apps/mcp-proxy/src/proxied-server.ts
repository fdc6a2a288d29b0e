import { createHash } from 'node:crypto'
import { basename } from 'node:path'
import { LIMITS } from '@sentinelmesh/api/constants'
import type { McpServer } from './conversation/entry-factory.ts'

/** Describes the server that a command starts. */
export function serverOfCommand(command: readonly string[], name = nameOfCommand(command)): McpServer {
  return { name, transport: 'stdio', target: shortened(command.map(quoted).join(' ')) }
}

/** Describes the server at an address. */
export function serverAt({ host, origin, pathname }: URL, name = host): McpServer {
  return { name, transport: 'http', target: shortened(origin + pathname) }
}

/** Longer command lines are cut, and a hash keeps them distinct. */
const TARGET_CHARS = 4_000

/** Programs that start another program, which gives the server its name. */
const STARTERS = new Set([
  'npx',
  'uv',
  'uvx',
  'pipx',
  'pnpm',
  'yarn',
  'bun',
  'bunx',
  'node',
  'python',
  'python3',
  'deno',
  'docker',
  'podman',
  'dlx',
  'run',
  'exec',
])

/** `npx -y @scope/server-files@1.2.3 /data` is named `server-files`. */
function nameOfCommand(command: readonly string[]): string {
  const words = command.map((word) => basename(word)).filter((word) => !word.startsWith('-'))
  const named = words.find((word) => !STARTERS.has(word)) ?? words[0] ?? 'server'
  return named
    .replace(/(?<=.)@[^@]*$/, '')
    .replace(/\.(?:[cm]?[jt]s|py)$/, '')
    .slice(0, LIMITS.senderChars)
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}

function shortened(target: string): string {
  if (target.length <= TARGET_CHARS) return target
  return `${target.slice(0, TARGET_CHARS)}… sha256:${createHash('sha256').update(target).digest('hex')}`
}
