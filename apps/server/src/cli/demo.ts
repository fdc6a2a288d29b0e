import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { createServer } from 'node:net'
import { resolve } from 'node:path'
import type { PrincipalOrg } from '@sentinelmesh/api'
import { oneTimeTokenStore, orgStore, userStore } from '@sentinelmesh/db'
import { sha256 } from '../auth/api-key-text.ts'
import { isLoopback } from '@sentinelmesh/command-line/addresses'
import { readConfig, type Config } from '../config.ts'
import { openDataFolder } from '../data-folder.ts'
import { runDemo } from '../demo/run.ts'
import { writeIdentities } from '../audit/write.ts'
import { createOwner } from '../services/auth/create-owner.ts'
import type { Deps } from '../services/verb.ts'
import { start } from '../start.ts'
import { CommandFailed } from '@sentinelmesh/command-line/command-failed'
import { here } from './here.ts'
import { stopOnSignal } from './serve.ts'

const DEMO_ORG = 'Northwind AI (demo)'
const DEMO_USER = 'demo'
const PORTS_TRIED = 20

export async function demo(options: { open: boolean }): Promise<void> {
  const config = await demoConfig(process.env)
  const folder = openDataFolder(config.dataDir)
  const running = await start({ config, folder, listen: 'network', demo: true, ...here() }).catch((error: unknown) => {
    folder.release()
    throw error
  })
  const { deps, log, url } = running
  const { org, userId } = await demoOwner(deps)
  const link = `${url}/sign-in#${await signInLink(deps, userId)}`

  const stop = new AbortController()
  const traffic = runDemo(deps, org, stop.signal).catch((error: unknown) => {
    if (!stop.signal.aborted) log.error({ err: error }, 'the simulated agents stopped')
  })
  stopOnSignal(running, async () => {
    stop.abort()
    await traffic
  })

  const terminal = process.stdout.isTTY === true
  process.stdout.write(
    `\n  SentinelMesh demo: simulated agents, in ${config.dataDir}\n  Open it, once, with this link:\n  ${link}\n\n`,
  )
  if (terminal && options.open) openBrowser(link)
}

/** The demo listens on loopback only, has its own data folder, and uses the next free port if the default is taken. */
async function demoConfig(env: NodeJS.ProcessEnv): Promise<Config> {
  const config = readConfig({ ...env, SENTINELMESH_DATA_DIR: env['SENTINELMESH_DATA_DIR'] ?? resolve('data-demo') })
  if (!isLoopback(config.host))
    throw new CommandFailed('The demo listens on this machine only. Unset SENTINELMESH_HOST.', 2)
  return { ...config, port: config.port === 0 ? 0 : await freePort(config.host, config.port) }
}

async function freePort(host: string, first: number): Promise<number> {
  for (let port = first; port < first + PORTS_TRIED; port += 1) {
    const free = await new Promise<boolean>((done) => {
      const probe = createServer()
      probe.once('error', () => done(false))
      probe.listen(port, host, () => probe.close(() => done(true)))
    })
    if (free) return port
  }
  throw new CommandFailed(
    `The ports ${first} to ${first + PORTS_TRIED - 1} are all taken. Choose another with SENTINELMESH_PORT.`,
  )
}

/** Creates the demo's org and owner. Nobody knows the owner's password: people sign in with the link. */
async function demoOwner(deps: Deps<'identities' | 'passwords'>): Promise<{ org: PrincipalOrg; userId: number }> {
  const { database, passwords } = deps
  const known = await orgStore(database.read).byName(DEMO_ORG)
  const user = await userStore(database.read).byUsername(DEMO_USER)
  if (known !== undefined && user !== undefined) return { org: known, userId: user.id }
  const passwordHash = await passwords.hash(randomBytes(32).toString('base64url'), {
    network: null,
    username: DEMO_USER,
    known: true,
  })
  return writeIdentities(deps, { org: null, principal: 'system:demo', remoteAddress: null }, async (tx, { at }) => {
    const owner = { org: DEMO_ORG, username: DEMO_USER, passwordHash, demo: true, at }
    const { org, user, audit } = await createOwner(tx, owner)
    return { result: { org, userId: user.id }, audit }
  })
}

async function signInLink({ database, clock }: Deps, user: number): Promise<string> {
  const token = randomBytes(24).toString('base64url')
  await database.transaction((tx) =>
    oneTimeTokenStore(tx).create({
      hash: sha256(token),
      purpose: 'sign_in',
      user,
      at: clock.now() * 1000,
      expiresAt: null,
    }),
  )
  return token
}

/** Best effort: the terminal shows the link as well. */
function openBrowser(link: string): void {
  const command = { darwin: 'open', win32: 'explorer' }[process.platform as string] ?? 'xdg-open'
  const opened = spawn(command, [link], { stdio: 'ignore', detached: true })
  opened.on('error', () => {})
  opened.unref()
}
