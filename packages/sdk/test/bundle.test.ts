import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { tinyServer } from './tiny-server.ts'

const run = promisify(execFile)
const BUNDLE_BYTES = 64 * 1024 // unminified; about 46 KiB when this was written, most of it @trpc/client

let folder: string
let printed: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sdk-'))
  printed = (
    await run(process.execPath, [fileURLToPath(new URL('../build.mjs', import.meta.url)), folder])
  ).stdout.trim()
})
afterAll(() => rm(folder, { recursive: true }))

/** Runs a program that imports the bundle. Rejects if it fails or does not end within 5 s. */
async function program(body: string): Promise<string> {
  const file = join(folder, 'program.mjs')
  await writeFile(file, `import { createReporter } from './index.js'\n${body}`)
  return (await run(process.execPath, [file], { timeout: 5_000 })).stdout.trim()
}

test('the bundle contains neither zod nor a schema, router or service of the server, and its size is bounded', async ({
  annotate,
}) => {
  const text = await readFile(join(folder, 'index.js'), 'utf8')
  // The bundler writes the source file above each part.
  const sources = [...text.matchAll(/^\/\/ (\S+\.[mc]?[jt]s)$/gm)].map(([, path]) => path ?? '')
  expect(sources.some((path) => path.endsWith('src/reporter.ts'))).toBe(true)
  expect(sources.filter((path) => /\/zod|packages\/(api|rules|query|db)|\/api\/src|apps\/|fastify/.test(path))).toEqual(
    [],
  )
  expect(text).not.toMatch(/\bzod\b|ZodError|strictObject|initTRPC|DomainError|better-sqlite3|from ["']node:|require\(/)
  await annotate(printed)
  expect(Buffer.byteLength(text)).toBeLessThan(BUNDLE_BYTES)
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

test('a waiting reporter does not keep the process alive', async () => {
  expect(
    await program(`
      const reporter = createReporter({ url: 'http://127.0.0.1:9', apiKey: 'smk_test', lingerMs: 0, random: () => 0.99 })
      reporter.report({ sender: 'agent.plain', payload: 'nobody listens' })
      process.on('exit', () => console.log(reporter.stats().pending.entries))`),
  ).toBe('1')
})

test('an awaited flush keeps the process alive until its timeout', async () => {
  expect(
    await program(`
      const reporter = createReporter({ url: 'http://127.0.0.1:9', apiKey: 'smk_test', lingerMs: 0, random: () => 0.99 })
      reporter.report({ sender: 'agent.plain', payload: 'nobody listens' })
      console.log((await reporter.flush({ timeoutMs: 900 })).pending)`),
  ).toBe('1')
})
