// Runs the pinned version of pnpm through corepack, or through npx if corepack is not installed.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

const root = new URL('..', import.meta.url)
const { packageManager } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'))
const version = /^pnpm@([^+]+)/.exec(packageManager)[1]

function has(command) {
  return spawnSync(command, ['--version'], { stdio: 'ignore', shell: process.platform === 'win32' }).status === 0
}

/** Runs pnpm in the repository root. If it fails, exits with the same status. */
export function pnpm(args, { quiet = false } = {}) {
  const [command, before] = has('corepack') ? ['corepack', ['pnpm']] : ['npx', ['--yes', `pnpm@${version}`]]
  const done = spawnSync(command, [...before, ...args], {
    cwd: root,
    stdio: ['ignore', quiet ? 'pipe' : 'inherit', quiet ? 'pipe' : 'inherit'],
    encoding: 'utf8',
    shell: process.platform === 'win32',
    env: { ...process.env, COREPACK_ENABLE_DOWNLOAD_PROMPT: '0', TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1' },
  })
  if (done.status === 0) return
  if (quiet) process.stderr.write(`${done.stdout ?? ''}${done.stderr ?? ''}`)
  if (done.error) process.stderr.write(`Cannot run ${command}: ${done.error.message}\n`)
  process.exit(done.status ?? 1)
}

if (process.argv[1] === new URL(import.meta.url).pathname) pnpm(process.argv.slice(2))
