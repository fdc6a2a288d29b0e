import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

/** The hook program: in the built program beside its file, in the sources in its package. */
export function hookProgram(): string {
  const beside = fileURLToPath(new URL('./sentinelmesh-hook.cjs', import.meta.url))
  return existsSync(beside) ? beside : createRequire(import.meta.url).resolve('@sentinelmesh/hook/program')
}
