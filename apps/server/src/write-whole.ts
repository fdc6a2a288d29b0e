import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Writes a private file (mode 0600) atomically: after a kill or a power loss the file has all of its content or does
 * not exist. The server could not start with half a key.
 */
export function writeWhole(file: string, content: string | Uint8Array): void {
  const unfinished = `${file}-new`
  rmSync(unfinished, { force: true })
  writeFileSync(unfinished, content, { mode: 0o600, flag: 'wx' })
  sync(unfinished)
  renameSync(unfinished, file)
  sync(dirname(file))
}

function sync(path: string): void {
  const fd = openSync(path, 'r')
  try {
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}
