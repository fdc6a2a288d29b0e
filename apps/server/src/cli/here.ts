import { createRequire } from 'node:module'
import { existsSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { WorkerPrograms } from '../start.ts'

/** Locates the other parts of the program: next to the built program, or in the packages when run from source. */
export function here(): {
  readonly workers: WorkerPrograms
  readonly webFolder: string
} {
  const judge = new URL('./judge-thread.js', import.meta.url)
  const rules = new URL('./rules-thread.js', import.meta.url)
  const beside = new URL('./writer-worker.js', import.meta.url)
  if (existsSync(beside)) {
    return {
      workers: {
        writer: beside,
        reader: new URL('./reader-worker.js', import.meta.url),
        text: new URL('./text-worker.js', import.meta.url),
        judge,
        rules,
      },
      webFolder: fileURLToPath(new URL('./web', import.meta.url)),
    }
  }
  const resolve = (name: string) => pathToFileURL(createRequire(import.meta.url).resolve(name))
  return {
    workers: {
      writer: resolve('@sentinelmesh/db/writer-worker'),
      reader: resolve('@sentinelmesh/db/reader-worker'),
      text: resolve('@sentinelmesh/db/text-worker'),
      judge: existsSync(judge) ? judge : new URL('../../dist/judge-thread.js', import.meta.url),
      rules: existsSync(rules) ? rules : new URL('../../dist/rules-thread.js', import.meta.url),
    },
    webFolder: fileURLToPath(new URL('../../../web/dist', import.meta.url)),
  }
}
