import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../../../testing/temporary-store.ts'
import { openLink } from '../threads/worker-link.ts'
import { openRestartingLink } from './restarting-link.ts'

const SETTINGS = { file: 'none', busyTimeoutMs: 0, preparedStatements: 0, synchronous: 'FULL' } as const

/** A thread that reports that it is ready and then runs the given code. */
async function aProgram(then: string) {
  const folder = await temporaryFolder()
  const file = join(folder.path, 'worker.mjs')
  writeFileSync(
    file,
    `import { parentPort } from 'node:worker_threads'\nparentPort.postMessage({ ok: true })\n${then}\n`,
  )
  return { url: pathToFileURL(file), [Symbol.asyncDispose]: folder[Symbol.asyncDispose] }
}

/** The pauses before the first six restarts of a thread that always exits soon, and the reasons of the exits. */
async function sixEnds(steadyMs: number) {
  await using program = await aProgram('setTimeout(() => process.exit(3), 20)')
  const pauses: number[] = []
  const reasons = new Set<string>()
  let resolveSixth = () => {}
  const sixth = new Promise<void>((resolve) => (resolveSixth = resolve))
  const link = await openRestartingLink(
    () => openLink(program.url, SETTINGS),
    (reason, againInMs) => {
      reasons.add(reason)
      if (pauses.push(againInMs) === 6) resolveSixth()
    },
    { firstMs: 1, mostMs: 8, steadyMs },
  )
  await sixth
  await link.close()
  return { pauses, reasons: [...reasons] }
}

test('a thread that keeps exiting is restarted with exponential back-off up to a maximum', async () => {
  expect(await sixEnds(Number.POSITIVE_INFINITY)).toEqual({
    pauses: [1, 2, 4, 8, 8, 8],
    reasons: ['A thread of the database is gone (it ended with code 3).'],
  })
})

test('the back-off resets after the thread has run long enough', async () => {
  expect((await sixEnds(0)).pauses).toEqual([1, 1, 1, 1, 1, 1])
})

test('while the thread is down, requests are rejected, the reason is reported, and closing does not wait', async () => {
  await using program = await aProgram(`parentPort.once('message', () => process.exit(3))`)
  const reported: string[] = []
  const link = await openRestartingLink(
    () => openLink(program.url, SETTINGS),
    (reason) => reported.push(reason),
    { firstMs: 3_600_000, mostMs: 3_600_000, steadyMs: 0 },
  )
  expect(link.failure()).toBeNull()
  for (let n = 0; n < 2; n++) await expect(link.ask({ type: 'any' })).rejects.toMatchObject({ code: 'store_failed' })
  expect(link.failure()).toMatch(/A thread of the database is gone/)
  await link.close()
  expect(reported).toHaveLength(1)
})
