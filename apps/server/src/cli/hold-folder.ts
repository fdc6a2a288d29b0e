import { type DataFolder, FolderHeld, openDataFolder } from '../data-folder.ts'
import { CommandFailed } from '@sentinelmesh/command-line/command-failed'

/** Holds the data folder for commands that need exclusive access to the database. */
export function holdFolder(dataDir: string): DataFolder {
  try {
    return openDataFolder(dataDir)
  } catch (error) {
    if (error instanceof FolderHeld)
      throw new CommandFailed('A server, or another command, holds the data folder. Stop it first.')
    throw error
  }
}
