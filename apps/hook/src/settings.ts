import { readFileSync } from 'node:fs'
import { isAbsolute } from 'node:path'
import type { Flags } from './arguments.ts'
import { LIMITS } from './limits.ts'
import type { Places } from './places.ts'
import { withFile } from './regular-file.ts'

export type Fail = 'open' | 'closed'

/** What a call works with. */
export interface Settings {
  /** Null with a `problem` that says why nobody can be asked. */
  readonly server: Server | null
  readonly problem: string | null
  /** Something says where the server is to be. */
  readonly isSetUp: boolean
  readonly fail: Fail
  readonly timeoutMs: number
  /** What `ask` becomes where the client cannot ask the person. */
  readonly askElsewhere: 'allow' | 'block'
  /** What the person should know, although it works. */
  readonly warnings: readonly string[]
}

export interface Server {
  readonly url: URL
  readonly key: string
  /** A file of certificates to trust, in the place of those that Node brings. */
  readonly ca: string | null
}

/** What stands in a file of settings. */
interface FileSettings {
  readonly url?: string
  readonly key?: string
  readonly fail?: Fail
  readonly timeout?: number
  readonly ask?: 'allow' | 'block'
  readonly ca?: string
}

type Read =
  | { readonly type: 'absent' }
  | { readonly type: 'ignored'; readonly say: string }
  /** It is there and cannot be used: what ranks below it must not step in. */
  | { readonly type: 'refused'; readonly say: string }
  | { readonly type: 'settings'; readonly settings: FileSettings }

/**
 * The administrator's file wins over what is typed, that over the user's file, and the environment counts for nothing where
 * one of the files names a server or a key: a repository's settings of a coding agent may set variables, and must not be able
 * to send prompts and the key elsewhere.
 */
export function readSettings(places: Places, flags: Flags, env: NodeJS.ProcessEnv): Settings {
  const managed = readManaged(places.managedFile)
  const above = managed.type === 'settings' ? managed.settings : {}
  const user: Read =
    managed.type === 'refused' || places.userFile === null ? { type: 'absent' } : readUsers(places.userFile)
  const below = user.type === 'settings' ? user.settings : {}
  // Where the administrator said whom to ask, the user's file can break nothing.
  const isComplete = above.url !== undefined && above.key !== undefined
  const refused = [managed, ...(isComplete ? [] : [user])].find((read) => read.type === 'refused')

  const isFiled = [above, below].some(({ url, key }) => url !== undefined || key !== undefined)
  const named = isFiled
    ? { url: above.url ?? below.url, key: above.key ?? below.key }
    : { url: env['SENTINELMESH_URL'], key: env['SENTINELMESH_API_KEY'] }
  // Whose certificates are trusted, says who says which server it is.
  const ca = above.ca ?? (above.url === undefined ? below.ca : undefined) ?? null
  const server = refused?.say ?? toServer(named, ca, places)
  return {
    server: typeof server === 'string' ? null : server,
    problem: typeof server === 'string' ? server : null,
    isSetUp: refused !== undefined || named.url !== undefined || named.key !== undefined,
    fail: above.fail ?? flags.fail ?? below.fail ?? 'open',
    timeoutMs: (above.timeout ?? flags.timeoutSeconds ?? below.timeout ?? LIMITS.timeoutSeconds.default) * 1000,
    askElsewhere: above.ask ?? below.ask ?? 'block',
    warnings: managed.type === 'ignored' ? [managed.say] : [],
  }
}

/** The server, or why there is none. */
function toServer(
  { url, key }: { url: string | undefined; key: string | undefined },
  ca: string | null,
  { userFile }: Places,
): Server | string {
  if (!url || !key) {
    const missing = url ? 'key' : key ? 'url' : 'url and key'
    return `The hook is not set up: ${missing} missing in ${userFile ?? 'the environment'}. Run: sentinelmesh hook install`
  }
  if (!URL.canParse(url)) return 'The url in its settings is no address. It has to look like https://sentinel.example.'
  const parsed = new URL(url)
  if (!['http:', 'https:'].includes(parsed.protocol) || `${parsed.username}${parsed.password}${parsed.search}` !== '')
    return 'The url in its settings has to look like https://sentinel.example, without a user or a query.'
  if (!/^[\x21-\x7e]+$/.test(key)) return 'The key in its settings holds characters that no key has.'
  return { url: parsed, key, ca }
}

function readManaged(file: string): Read {
  return read(file, ({ uid, mode }) =>
    process.platform === 'win32' || (uid === 0 && (mode & 0o022) === 0)
      ? null
      : { type: 'ignored', say: `${file} is ignored: it has to belong to root, and be writable by nobody else.` },
  )
}

function readUsers(file: string): Read {
  return read(file, ({ uid, mode }) => {
    if (process.platform === 'win32') return null
    if (uid !== process.getuid?.())
      return { type: 'refused', say: `${file} belongs to another user. It has to be yours, with mode 600.` }
    if ((mode & 0o077) !== 0)
      return { type: 'refused', say: `${file} holds a key, and others may read it. Run: chmod 600 ${file}` }
    return null
  })
}

type Refuse = (stats: { readonly uid: number; readonly mode: number }) => Read | null

function read(file: string, refuse: Refuse): Read {
  try {
    return withFile(file, (fd, stats) => {
      const refused = refuse(stats)
      if (refused !== null) return refused
      if (!stats.isFile() || stats.size > LIMITS.settingsBytes)
        return { type: 'refused', say: `${file} is no file of at most ${LIMITS.settingsBytes / 1024} KiB.` }
      return toFileSettings(file, readFileSync(fd, 'utf8'))
    })
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'ENOENT' || code === 'ENOTDIR') return { type: 'absent' }
    return { type: 'refused', say: `${file} cannot be read (${code}).` }
  }
}

function toFileSettings(file: string, text: string): Read {
  const refused = (say: string): Read => ({ type: 'refused', say: `${file}: ${say}` })
  let value: unknown
  try {
    // Editors of Windows put a mark in front.
    value = JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch {
    return refused('it is not JSON.')
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return refused('it has to hold a JSON object.')
  for (const [name, setting] of Object.entries(value)) {
    const check = Object.hasOwn(CHECKS, name) ? CHECKS[name as keyof FileSettings] : undefined
    if (check === undefined)
      return refused(`${JSON.stringify(name)} is no setting; known are ${Object.keys(CHECKS).join(', ')}.`)
    if (!check.holds(setting)) return refused(`${name} has to be ${check.say()}.`)
  }
  return { type: 'settings', settings: value as FileSettings }
}

const isText = (value: unknown) => typeof value === 'string' && value !== ''

const CHECKS: Readonly<Record<keyof FileSettings, { holds(value: unknown): boolean; say(): string }>> = {
  url: { holds: isText, say: () => 'the address of the server' },
  key: { holds: isText, say: () => 'an API key with the scope verdict' },
  fail: { holds: isFail, say: () => 'open or closed' },
  timeout: { holds: isTimeout, say: timeoutRange },
  ask: { holds: (value) => value === 'allow' || value === 'block', say: () => 'allow or block' },
  // By its whole path: any other begins in the folder of whoever wrote the repository.
  ca: {
    holds: (value) => typeof value === 'string' && isAbsolute(value),
    say: () => 'the whole path of a file of certificates',
  },
}

export function isFail(value: unknown): value is Fail {
  return value === 'open' || value === 'closed'
}

export function isTimeout(value: unknown): value is number {
  const { least, most } = LIMITS.timeoutSeconds
  return typeof value === 'number' && value >= least && value <= most
}

export function timeoutRange(): string {
  return `from ${LIMITS.timeoutSeconds.least} to ${LIMITS.timeoutSeconds.most} seconds`
}
