import { readlinkSync } from 'node:fs'
import { setPriority } from 'node:os'
import type Sqlite from 'better-sqlite3'
import { openForReading } from '../connection/open-for-reading.ts'
import type { TextIndexSettings } from '../threads/protocol.ts'
import { failureOf, serve } from '../threads/serve.ts'
import { indexFileOf, isDamage, openIndex, removeIndex } from './index-file.ts'
import { indexWriter } from './index-writer.ts'
import type { TextRequest } from './text-protocol.ts'
import { indexVerifier } from './index-verifier.ts'

/** Linux nice value (-20 to 19): ingestion has priority over indexing. */
const PRIORITY = 10

/**
 * The program of the thread that maintains the full-text index. It reads the log and is the only writer of the index. It
 * opens the index on first use and again after a failure, so a damaged index never prevents the program from starting.
 */
serve<TextRequest>((settings) => {
  lowerPriority()
  const log = openForReading(settings)
  const file = indexFileOf(settings.file)
  let index: Sqlite.Database | undefined
  let work: ReturnType<typeof commands> | undefined

  const closeIndex = () => {
    work = undefined
    index?.close()
    index = undefined
  }
  const opened = () => {
    if (work !== undefined) return work
    index = openIndex(file, log)
    work = commands(log, index, settings.textIndex)
    return work
  }

  return (request) => {
    if (request.type === 'close') {
      closeIndex()
      return log.close()
    }
    try {
      if (request.type === 'renew') {
        closeIndex()
        removeIndex(file)
      }
      return opened()(request)
    } catch (error) {
      // The next call opens the index again. A damaged file is removed now.
      closeIndex()
      if (isDamage(failureOf(error).code)) removeIndex(file)
      throw error
    }
  }
})

function commands(log: Sqlite.Database, index: Sqlite.Database, settings: Partial<TextIndexSettings> = {}) {
  const writer = indexWriter(log, index, settings)
  const verify = indexVerifier(log, index)
  return (request: Exclude<TextRequest, { readonly type: 'close' }>) => {
    switch (request.type) {
      case 'advance':
        return writer.advance(request.org)
      case 'forget':
        return writer.forget(request.org, request.ranges)
      case 'expired':
        return writer.dropExpired(request.org)
      case 'progress':
        return writer.progress(request.org)
      case 'verify':
        return verify(request.org, request.from)
      case 'renew':
        return undefined
    }
  }
}

/** Linux has a priority per thread. On other systems this would slow the whole process. */
function lowerPriority(): void {
  if (process.platform !== 'linux') return
  try {
    const [, thread] = /task\/(\d+)$/.exec(readlinkSync('/proc/thread-self')) ?? []
    if (thread !== undefined) setPriority(Number(thread), PRIORITY)
  } catch {
    // Without /proc, or without permission, the thread keeps its default priority.
  }
}
