import { userInfo } from 'node:os'
import { join } from 'node:path'

/** Where settings and the spool lie. */
export interface Places {
  /** Written by whoever administers the machine. */
  readonly managedFile: string
  /** Of the user; null where the user has no home. */
  readonly userFile: string | null
  readonly spoolFolder: string | null
}

/**
 * The home is the one in the password database. `HOME` is part of the environment, and that a repository's settings of a
 * coding agent may set: the key and every prompt would go wherever a file in that repository says.
 */
export function systemPlaces(): Places {
  return placesUnder(homeOfUser())
}

export function placesUnder(home: string | null): Places {
  return {
    managedFile: managedFileOn(process.platform),
    userFile: home === null ? null : userFileUnder(home),
    spoolFolder: home === null ? null : join(home, '.local', 'state', 'sentinelmesh', 'spool'),
  }
}

export function managedFileOn(platform: NodeJS.Platform): string {
  return platform === 'win32' ? String.raw`C:\Program Files\SentinelMesh\hook.json` : '/etc/sentinelmesh/hook.json'
}

export function userFileUnder(home: string): string {
  return join(home, '.config', 'sentinelmesh', 'hook.json')
}

function homeOfUser(): string | null {
  try {
    return userInfo().homedir || null
  } catch {
    // A user that is in no database: a container with a user number of its own.
    return null
  }
}
