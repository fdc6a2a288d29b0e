import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { pathToFileURL } from 'node:url'
import type { Role, Scope } from '@sentinelmesh/api'
import { systemClock, type Clock } from '../src/clock.ts'
import { readConfig } from '../src/config.ts'
import { openDataFolder, socketPath } from '../src/data-folder.ts'
import type { CustomEvaluator } from '@sentinelmesh/rules'
import { start, type Running } from '../src/start.ts'
import { client, type Client } from './client.ts'
import { requestThrough } from './request.ts'

export const PASSWORD = 'correct horse battery staple'

export interface MeshOptions {
  /** Settings by name, without the prefix `SENTINELMESH_`. */
  readonly settings?: Readonly<Record<string, string>>
  readonly clock?: Clock
  /** Evaluators in code, as in a program that embeds the server. */
  readonly evaluators?: readonly CustomEvaluator[]
  /** Starts without the organizations `first` and `second`. */
  readonly bare?: boolean
}

/** An org with its owner and all kinds of credentials. */
export interface Org {
  readonly name: string
  readonly slug: string
  readonly owner: string
  /** A browser signed in as the owner. */
  browser(): Promise<Client>
  /** Creates a key with these scopes. */
  key(scopes: readonly Scope[], senderPrefix?: string): Promise<Client & { readonly id: string; readonly key: string }>
  /** An agent with an ingest key. */
  readonly agent: Client
  readonly reader: Client
  readonly manager: Client
  /** Creates a user with this role and signs in. */
  user(role: Role): Promise<Client>
  /** Returns an access token from `/token`. */
  token(): Promise<string>
}

export interface Mesh extends AsyncDisposable {
  readonly url: string
  readonly port: number
  readonly folder: string
  readonly running: Running
  /** The log of the server so far. */
  logged(): string
  /** The log lines about internal errors. */
  faults(): readonly string[]
  /** A client without a credential. */
  readonly nobody: Client
  /** A client that uses the socket in the data folder. */
  readonly system: Client
  readonly first: Org
  readonly second: Org
  /** Creates another org. */
  org(name: string): Promise<Org>
  /** Restarts the server on the same folder and port. */
  restart(): Promise<void>
  stop(): Promise<void>
}

const resolve = (name: string) => pathToFileURL(createRequire(import.meta.url).resolve(name))
export const workers = {
  writer: resolve('@sentinelmesh/db/writer-worker'),
  reader: resolve('@sentinelmesh/db/reader-worker'),
  text: resolve('@sentinelmesh/db/text-worker'),
  judge: new URL('../dist/judge-thread.js', import.meta.url),
  rules: new URL('../dist/rules-thread.js', import.meta.url),
}

/** Starts the real server on its own port and folder, with two orgs. Only the clock can be replaced. */
export async function startMesh({
  settings = {},
  clock = systemClock,
  evaluators = [],
  bare = false,
}: MeshOptions = {}): Promise<Mesh> {
  const folder = mkdtempSync(join(tmpdir(), 'sentinelmesh-test-'))
  const log: string[] = []
  const logStream = new Writable({
    write(chunk, _encoding, done) {
      log.push(String(chunk))
      done()
    },
  })
  const env = Object.fromEntries(Object.entries(settings).map(([name, value]) => [`SENTINELMESH_${name}`, value]))

  async function run(port: number): Promise<Running> {
    const config = readConfig({
      SENTINELMESH_LOG_LEVEL: 'debug',
      ...env,
      SENTINELMESH_DATA_DIR: folder,
      SENTINELMESH_PORT: String(port),
    })
    const held = openDataFolder(folder)
    return start({
      config,
      folder: held,
      listen: 'network',
      workers,
      webFolder: join(folder, 'no-pages'),
      clock,
      evaluators,
      logStream,
    }).catch((error: unknown) => {
      held.release()
      throw error
    })
  }

  // With PUBLIC_URL, `running.url` is the address of the proxy.
  const chosen = 'PUBLIC_URL' in settings ? await freePort() : 0
  let running = await run(chosen)
  const port = chosen || Number(new URL(running.url ?? '').port)
  const url = `http://127.0.0.1:${port}`
  const nobody = client({ url })
  const system = client({ url, fetch: requestThrough(socketPath(folder)) })
  const orgs = bare ? [] : [await org({ url, system, name: 'Acme' }), await org({ url, system, name: 'Rival' })]
  const known = (index: number) => {
    const found = orgs[index]
    if (found === undefined) throw new Error('this mesh was started bare')
    return found
  }

  return {
    url,
    port,
    folder,
    get running() {
      return running
    },
    logged: () => log.join(''),
    faults: () => log.filter((line) => line.startsWith('{"level":50')),
    nobody,
    system,
    get first() {
      return known(0)
    },
    get second() {
      return known(1)
    },
    org: (name) => org({ url, system, name }),
    async restart() {
      await running.close()
      running = await run(port)
    },
    stop: () => running.close(),
    async [Symbol.asyncDispose]() {
      await running.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve))
  const { port } = probe.address() as AddressInfo
  await new Promise((resolve) => probe.close(resolve))
  return port
}

async function org({ url, system, name }: { url: string; system: Client; name: string }): Promise<Org> {
  const slug = name.toLowerCase()
  const owner = `${slug}-owner`
  await system.trpc.users.create.mutate({ username: owner, password: PASSWORD, org: name })
  const inOrg = system.with({ 'x-sentinelmesh-org': slug })

  async function signIn(username: string): Promise<Client> {
    const reply = await client({ url }).post('/trpc/auth.signIn', { username, password: PASSWORD })
    const cookie = reply.headers.get('set-cookie')?.split(';')[0]
    if (cookie === undefined) throw new Error(`${username} could not sign in: ${await reply.text()}`)
    return client({ url, headers: { cookie } })
  }

  async function key(scopes: readonly Scope[], senderPrefix?: string) {
    const made = await inOrg.trpc.apiKeys.create.mutate({ name: 'test', scopes: [...scopes], senderPrefix })
    return { ...client({ url, headers: { 'x-api-key': made.key } }), id: made.id, key: made.key }
  }

  let users = 0
  let signedIn: Promise<Client> | undefined
  return {
    name,
    slug,
    owner,
    browser: () => (signedIn ??= signIn(owner)),
    key,
    agent: await key(['ingest']),
    reader: await key(['read']),
    manager: await key(['manage']),
    async user(role) {
      users += 1
      const username = `${slug}-${role}-${users}`
      await system.trpc.users.create.mutate({ username, password: PASSWORD, org: name, role })
      return signIn(username)
    },
    async token() {
      const reply = await fetch(`${url}/token`, {
        method: 'POST',
        body: new URLSearchParams({ username: owner, password: PASSWORD }),
      })
      return ((await reply.json()) as { access_token: string }).access_token
    },
  }
}

/** Returns the token of the setup link, which is printed while no user exists. */
export async function setupToken(mesh: Mesh): Promise<string> {
  const token = await mesh.running.deps.setupLink.renew()
  if (token === undefined) throw new Error('a user exists already')
  return token
}

/** Reads the files of the data folder by name, decoded as Latin-1 for text searches. */
export function dataFiles({ folder }: Mesh): ReadonlyMap<string, string> {
  const files = new Map<string, string>()
  for (const name of readdirSync(folder)) {
    const path = join(folder, name)
    try {
      if (statSync(path).isFile()) files.set(name, readFileSync(path, 'latin1'))
    } catch (error) {
      // SQLite removes a journal after each transaction. Its pages are those of the database file.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || !name.endsWith('-journal')) throw error
    }
  }
  return files
}

/** A clock that only the test advances. */
export function handClock(from = Date.now()): Clock & { advance(ms: number): void } {
  let now = from
  let monotonic = 0
  return {
    ...systemClock,
    now: () => now,
    monotonic: () => monotonic,
    advance(ms) {
      now += ms
      monotonic += Math.max(0, ms)
    },
  }
}
