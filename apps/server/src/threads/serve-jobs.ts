import { setPriority } from 'node:os'
import { getHeapStatistics, serialize } from 'node:v8'
import { parentPort, workerData } from 'node:worker_threads'
import { DomainError } from '@sentinelmesh/api/constants'
import { LIMITS } from './limits.ts'
import type { Refusal, Reply, Request, ThreadSettings } from './protocol.ts'

/**
 * The jobs of a thread, by name. Input and result must survive structured cloning. Variables of the program keep their
 * values from job to job for as long as the thread lives, so a program can cache values that are expensive to build.
 */
export type Jobs = Readonly<Record<string, (input: never) => unknown>>

// The same files run outside of a thread in tests of their own.
const SETTINGS: ThreadSettings = (workerData as ThreadSettings | null) ?? {
  jobBytes: LIMITS.threadJobBytes,
  replyBytes: LIMITS.threadReplyBytes,
}

/**
 * The main loop of a thread's program. By default its thread runs at a low priority; `ordinary` is for work that somebody
 * waits for as they wait for the event loop, and that must not starve where processors are scarce.
 */
export function serveJobs(jobs: Jobs, priority: 'low' | 'ordinary' = 'low'): void {
  const port = parentPort
  if (port === null) throw new Error('This file is the program of a worker thread.')
  if (priority === 'low') yieldToOthers()
  const answer = (reply: Reply) => port.postMessage(reply, 'value' in reply ? [reply.value.buffer as ArrayBuffer] : [])
  port.on('message', async ({ name, input }: Request) => {
    const job = jobs[name]
    try {
      if (job === undefined) throw new Error(`There is no job ${JSON.stringify(name)}.`)
      answer({ type: 'done', value: written(await job(input as never)) })
    } catch (error) {
      answer(toFailure(error))
    }
  })
  answer({ type: 'ready' })
}

/** To be awaited between the steps of a job. Throws when the job has used more memory than it may. */
export async function step(): Promise<void> {
  if (getHeapStatistics().used_heap_size > SETTINGS.jobBytes) throw new TooLarge('threadJobBytes')
}

class TooLarge extends Error {
  readonly limit: 'threadJobBytes' | 'threadReplyBytes'
  constructor(limit: TooLarge['limit']) {
    super(limit)
    this.limit = limit
  }
}

function written(value: unknown): Uint8Array {
  const bytes = serialize(value)
  if (bytes.byteLength > SETTINGS.replyBytes) throw new TooLarge('threadReplyBytes')
  // `serialize` may return a part of a pooled buffer, which cannot be transferred.
  return Uint8Array.from(bytes)
}

function toFailure(error: unknown): Reply {
  if (error instanceof TooLarge) return { type: 'too_large', limit: error.limit }
  if (error instanceof DomainError) {
    const refusal: Refusal = { code: error.code, details: error.details }
    try {
      return { type: 'refused', value: written(refusal) }
    } catch (large) {
      return toFailure(large)
    }
  }
  const { message, stack = '' } = error instanceof Error ? error : new Error(String(error))
  return { type: 'failed', message, stack }
}

/** Nice value of the thread: the event loop and the database go first where processors are scarce, and jobs do not starve. */
const NICE = 2

/** On Linux this sets the priority of the calling thread; elsewhere it would set that of the whole process. */
function yieldToOthers(): void {
  if (process.platform !== 'linux') return
  try {
    setPriority(NICE)
  } catch {
    // Some sandboxes forbid it. Jobs then run at the ordinary priority.
  }
}
