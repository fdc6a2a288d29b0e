import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bundle } from '../build.mjs'
import { tinyServer } from './tiny-server.ts'

const run = promisify(execFile)
const BUNDLE_BYTES = 64 * 1024 // unminified; about 46 KiB when this was written, most of it @trpc/client

let folder: string
let built: { bytes: number; inputs: string[] }
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sdk-'))
  built = await bundle(folder)
})
afterAll(() => rm(folder, { recursive: true }))

/** Runs a program that imports the bundle; rejects when it fails or does not end by itself within 5 s. */
async function program(body: string): Promise<string> {
  const file = join(folder, 'program.mjs')
  await writeFile(file, `import { createReporter } from './index.js'\n${body}`)
  return (await run(process.execPath, [file], { timeout: 5_000 })).stdout.trim()
}

test('the bundle holds neither zod nor a schema, router or service of the server', async ({ annotate }) => {
  expect(
    built.inputs.filter((input) => /zod|packages\/(api|rules|query|db)|\/api\/src|fastify|apps\//.test(input)),
  ).toEqual([])
  const text = await readFile(join(folder, 'index.js'), 'utf8')
  expect(text).not.toMatch(/\bzod\b|ZodError|strictObject|initTRPC|DomainError|better-sqlite3|from ["']node:|require\(/)
  expect(text).toContain('createReporter')
  await annotate(`${(built.bytes / 1024).toFixed(1)} KiB`)
  expect(built.bytes).toBeLessThan(BUNDLE_BYTES)
})

test('the bundle reports from a plain program', async () => {
  await using server = await tinyServer()
  const stdout = await program(
    `
    const reporter = createReporter({ url: '${server.url}', apiKey: 'smk_test' })
    reporter.report({ sender: 'agent.plain', payload: 'hello' })
    console.log(JSON.stringify(await reporter.flush()))`,
  )
  expect(JSON.parse(stdout)).toMatchObject({ accepted: 1, pending: 0 })
})

test('a reporter that waits keeps no process alive', async () => {
  expect(
    await program(`
      const reporter = createReporter({ url: 'http://127.0.0.1:9', apiKey: 'smk_test', lingerMs: 0, random: () => 0.99 })
      reporter.report({ sender: 'agent.plain', payload: 'nobody listens' })
      process.on('exit', () => console.log(reporter.stats().pending.entries))`),
  ).toBe('1')
})

test('a flush that is awaited does keep it alive, until its time is over', async () => {
  expect(
    await program(`
      const reporter = createReporter({ url: 'http://127.0.0.1:9', apiKey: 'smk_test', lingerMs: 0, random: () => 0.99 })
      reporter.report({ sender: 'agent.plain', payload: 'nobody listens' })
      console.log((await reporter.flush({ timeoutMs: 900 })).pending)`),
  ).toBe('1')
})
