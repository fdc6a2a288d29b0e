import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildProgram, type Program } from './program.ts'

const HOOK = join(import.meta.dirname, '../../hook')

let program: Program
beforeAll(async () => {
  program = await buildProgram()
  // In a plain run of the tests nobody has built it.
  const { bundle } = (await import(join(HOOK, 'build.mjs'))) as { bundle(entry: string, file: string): Promise<void> }
  await bundle(join(HOOK, 'src/main.ts'), join(HOOK, 'dist/sentinelmesh-hook.cjs'))
})
afterAll(() => program[Symbol.asyncDispose]())

describe('sentinelmesh hook', () => {
  test('of a client is the hook program: its words, its exit code', async () => {
    const { code, stdout, stderr } = await program.run(['hook', 'codex', '--fail', 'maybe'], { stdin: '{}' })
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toBe('sentinelmesh-hook: --fail has to be open or closed.\n')
  })

  test('install shows in a dry run what would be put where', async () => {
    const args = ['--project', '--dry-run', '--url', 'http://127.0.0.1:8000', '--key', 'smk_x']
    const { code, stdout } = await program.run(['hook', 'install', 'claude', ...args])
    expect(code).toBe(0)
    expect(stdout).toMatch(/\.claude\/settings\.json: would be changed\./)
    expect(stdout).toMatch(/^ {2}\+ .*"command": "sentinelmesh-hook claude"/m)
  })

  test.each([
    [['install', 'emacs'], 2, /Allowed choices are claude, codex/],
    [['install', 'claude', '--user', '--project'], 2, /cannot be used with/],
    [['install', 'claude', '--timeout', '900'], 2, /from 0\.1 to 60 seconds/],
    [['install', 'claude', '--url', 'ftp://x', '--key', 'k'], 2, /url has to be an address such as/],
    [['install', 'claude', '--url', 'http://x', '--key-file', '/dev/null'], 2, /key has to be an API key/],
    [['install', 'claude', '--key-file', '/nowhere'], 2, /\/nowhere cannot be read/],
    [['install', 'codex', '--managed', '--dry-run'], 2, /requirements\.toml/],
    [['test'], 2, /missing required argument/],
  ])('%j ends with a sentence', async (args, expected, sentence) => {
    const { code, stderr } = await program.run(['hook', ...args])
    expect(stderr).toMatch(sentence)
    expect(code).toBe(expected)
  })
})
