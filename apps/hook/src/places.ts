import { userInfo } from 'node:os'
import { join } from 'node:path'

/** Locations of the settings and the spool. */
export interface Places {
  /** Written by the machine's administrator. */
  readonly managedFile: string
  /** The user's file. Null if the user has no home. */
  readonly userFile: string | null
  readonly spoolFolder: string | null
}

/**
 * Takes the home from the password database. A repository's settings for a coding agent can set the environment
 * variable `HOME`, and could then redirect the key and every prompt.
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
    // The user is not in the database, for example in a container with its own user id.
    return null
  }
}
