import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

/** Locates the hook program: next to the built program, or in its package when run from source. */
export function hookProgram(): string {
  const beside = fileURLToPath(new URL('./sentinelmesh-hook.cjs', import.meta.url))
  return existsSync(beside) ? beside : createRequire(import.meta.url).resolve('@sentinelmesh/hook/program')
}
