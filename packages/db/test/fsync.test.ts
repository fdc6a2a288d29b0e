import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { leftOut } from '@sentinelmesh/test-inputs'
import { expect, test } from 'vitest'
import { acknowledgingChild } from '../src/testing/child-program.ts'
import { temporaryFolder, WORKERS } from '../src/testing/temporary-store.ts'

const CALLS = 8

/** The reason that system calls cannot be traced here, or undefined if they can. */
function obstacle(): string | undefined {
  const { error, status, stderr } = spawnSync('strace', ['-o', '/dev/null', 'true'], { encoding: 'utf8' })
  if (error !== undefined) return 'strace is not installed'
  return status === 0 ? undefined : `strace may not trace: ${stderr.trim()}`
}

type Event = 'written' | 'synced' | 'acknowledged'

/** Events of the WAL when their call returned, and of standard output when their call began. */
async function watch(synchronous: 'FULL' | 'OFF'): Promise<Event[]> {
  await using folder = await temporaryFolder()
  const file = join(folder.path, 'log.db')
  const log = join(folder.path, 'calls')
  const child = await acknowledgingChild(folder.path, {
    file,
    workers: WORKERS,
    synchronous,
    callers: CALLS,
    rounds: 20,
  })
  const traced = ['-f', '-y', '-s', '8', '-e', 'trace=pwrite64,write,fsync,fdatasync', '-o', log]
  execFileSync('strace', [...traced, ...child])
  return eventsOf(readFileSync(log, 'utf8'))
}

function eventsOf(log: string): Event[] {
  const events: Event[] = []
  /** Calls that a line of another thread interrupted. They return when they are resumed. */
  const unfinished = new Map<string, string>()
  for (const line of log.split('\n')) {
    const [, thread = '', rest = ''] = /^(\d+)\s+(.*)$/.exec(line) ?? []
    const resumed = rest.startsWith('<... ')
    const call = resumed ? (unfinished.get(thread) ?? '') : rest
    if (rest.startsWith('write(1<') && rest.includes('"ack ')) events.push('acknowledged')
    else if (rest.endsWith('<unfinished ...>')) unfinished.set(thread, rest)
    else if (call.includes('-wal>')) {
      if (call.startsWith('pwrite64')) events.push('written')
      if (/^(fsync|fdatasync)/.test(call) && rest.endsWith('= 0')) events.push('synced')
    }
  }
  return events
}

/** Counts acknowledgments, and those made while the WAL contained unsynced writes. */
function unsafe(events: readonly Event[]): { readonly acknowledged: number; readonly unsafe: number } {
  let dirty = false
  let acknowledged = 0
  let unsafe = 0
  for (const event of events) {
    if (event === 'acknowledged') {
      acknowledged++
      if (dirty) unsafe++
    } else dirty = event === 'written'
  }
  return { acknowledged, unsafe }
}

const reason = obstacle()

test.skipIf(reason !== undefined)(
  'the WAL is synced between the last write of a batch and the first reply to it',
  { ...leftOut(`need strace: ${reason}`), timeout: 120_000 },
  async () => {
    const events = await watch('FULL')
    expect(unsafe(events)).toEqual({ acknowledged: 20 * CALLS, unsafe: 0 })
    expect(events.filter((event) => event === 'synced').length).toBeGreaterThanOrEqual(20)
  },
)

test.skipIf(reason !== undefined)(
  'with synchronous=OFF the same check fails, which proves that it can fail',
  { ...leftOut(`need strace: ${reason}`), timeout: 120_000 },
  async () => {
    expect(unsafe(await watch('OFF')).unsafe).toBe(20 * CALLS)
  },
)
