import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Writes a private file (mode 0600) such that nothing or all of it stands under its name, also when the process is killed
 * or the power goes in between: a key of which half was written would keep the server from starting.
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
