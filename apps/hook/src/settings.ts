import { readFileSync } from 'node:fs'
import type { Flags } from './arguments.ts'
import { HookFileError, isAddress, isKey, parseHookFile, type Fail, type HookFile } from './hook-file.ts'
import { LIMITS } from './limits.ts'
import type { Places } from './places.ts'
import { withFile } from './regular-file.ts'

/** The settings of a call. */
export interface Settings {
  /** Null if no server can be reached. `problem` then says why. */
  readonly server: Server | null
  readonly problem: string | null
  /** True if any setting names a server. */
  readonly isSetUp: boolean
  readonly fail: Fail
  readonly timeoutMs: number
  /** Replaces the verdict `ask` if the client cannot ask the person. Null: as the verdict policy says. */
  readonly askElsewhere: 'allow' | 'block' | null
  /** Problems that the person should know about but that do not prevent a reply. */
  readonly warnings: readonly string[]
}

export interface Server {
  readonly url: URL
  readonly key: string
  /** A file of certificates to trust instead of Node's. */
  readonly ca: string | null
}

type Read =
  | { readonly type: 'absent' }
  | { readonly type: 'ignored'; readonly say: string }
  /** The file exists but is invalid. Lower-ranking settings must not replace it. */
  | { readonly type: 'refused'; readonly say: string }
  | { readonly type: 'settings'; readonly settings: HookFile }

/**
 * The administrator's file takes precedence over the command line, and that over the user's file. The environment is
 * ignored if a file names a server or a key, because a repository's settings for a coding agent can set variables, and
 * must not be able to send prompts and the key elsewhere.
 */
export function readSettings(places: Places, flags: Flags, env: NodeJS.ProcessEnv): Settings {
  const managed = readManaged(places.managedFile)
  const above = managed.type === 'settings' ? managed.settings : {}
  const user: Read =
    managed.type === 'refused' || places.userFile === null ? { type: 'absent' } : readUsers(places.userFile)
  const below = user.type === 'settings' ? user.settings : {}
  // If the administrator set server and key, an invalid user's file does not matter.
  const isComplete = above.url !== undefined && above.key !== undefined
  const refused = [managed, ...(isComplete ? [] : [user])].find((read) => read.type === 'refused')

  const isFiled = [above, below].some(({ url, key }) => url !== undefined || key !== undefined)
  const named = isFiled
    ? { url: above.url ?? below.url, key: above.key ?? below.key }
    : { url: env['SENTINELMESH_URL'], key: env['SENTINELMESH_API_KEY'] }
  // The source that names the server also decides which certificates are trusted.
  const ca = above.ca ?? (above.url === undefined ? below.ca : undefined) ?? null
  const server = refused?.say ?? toServer(named, ca, places)
  return {
    server: typeof server === 'string' ? null : server,
    problem: typeof server === 'string' ? server : null,
    isSetUp: refused !== undefined || named.url !== undefined || named.key !== undefined,
    fail: above.fail ?? flags.fail ?? below.fail ?? 'open',
    timeoutMs: (above.timeout ?? flags.timeoutSeconds ?? below.timeout ?? LIMITS.timeoutSeconds.default) * 1000,
    askElsewhere: above.ask ?? below.ask ?? null,
    warnings: managed.type === 'ignored' ? [managed.say] : [],
  }
}

/** The server, or an error message. */
function toServer(
  { url, key }: { url: string | undefined; key: string | undefined },
  ca: string | null,
  { userFile }: Places,
): Server | string {
  if (!url || !key) {
    const missing = url ? 'key' : key ? 'url' : 'url and key'
    return `The hook is not set up: ${missing} missing in ${userFile ?? 'the environment'}. Run: sentinelmesh hook install`
  }
  // Values from a file were checked when it was read.
  if (!isAddress(url)) return 'SENTINELMESH_URL has to be an address such as https://sentinel.example.'
  if (!isKey(key)) return 'SENTINELMESH_API_KEY has to be an API key, without blanks.'
  return { url: new URL(url), key, ca }
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
      return { type: 'settings', settings: parseHookFile(readFileSync(fd, 'utf8')) }
    })
  } catch (error) {
    if (error instanceof HookFileError) return { type: 'refused', say: `${file}: ${error.message}` }
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'ENOENT' || code === 'ENOTDIR') return { type: 'absent' }
    return { type: 'refused', say: `${file} cannot be read (${code}).` }
  }
}
