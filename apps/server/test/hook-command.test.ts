import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openProgram, type Program } from './program.ts'

const HOOK = join(import.meta.dirname, '../../hook')

let program: Program
beforeAll(async () => {
  program = openProgram()
  // A test run does not build the hook program.
  const { bundle } = (await import(join(HOOK, 'build.mjs'))) as { bundle(entry: string, file: string): Promise<void> }
  await bundle(join(HOOK, 'src/main.ts'), join(HOOK, 'dist/sentinelmesh-hook.cjs'))
})
afterAll(() => program[Symbol.asyncDispose]())

/** The program reads the home folder from the system, not from a variable, so a preloaded module replaces it. */
function homeIn(home: string): Record<string, string> {
  mkdirSync(home)
  const preload = join(home, 'home.cjs')
  writeFileSync(
    preload,
    `const os = require('node:os')
    const { userInfo } = os
    os.userInfo = () => ({ ...userInfo(), homedir: ${JSON.stringify(home)} })
    require('node:module').syncBuiltinESMExports()`,
  )
  return { HOME: home, NODE_OPTIONS: `--require ${preload}` }
}

describe('sentinelmesh hook', () => {
  test('with a client runs the hook program, with its messages and exit code', async () => {
    const { code, stdout, stderr } = await program.run(['hook', 'codex', '--fail', 'maybe'], { stdin: '{}' })
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toBe('sentinelmesh-hook: --fail has to be open or closed.\n')
  })

  test('can be installed, tested, flushed and uninstalled in one home folder', async () => {
    const folder = program.folder()
    await program.createUser(folder)
    await using server = await program.serve(folder)
    const home = program.folder()
    const env = homeIn(home)
    const run = (args: readonly string[], stdin = '') => program.run(['hook', ...args], { env, stdin })

    const key = await program.createKey(folder, '--scope', 'verdict')
    const installed = await run(['install', 'claude', '--url', server.url, '--key-file', '-', '--timeout', '30'], key)
    expect(installed.stdout).toContain(`${home}/.claude/settings.json: changed.`)
    const tried = await run(['test', 'claude'])
    expect(tried).toMatchObject({ code: 0, stderr: '' })
    expect(tried.stdout).toMatch(
      /^verdict allow in dry run \(enforced: allow\), risk 0, entry [\da-f-]{36}\nclaude gets: exit 0/,
    )

    await run(['install', 'claude', '--url', 'http://127.0.0.1:1'])
    expect(await run(['test', 'claude'])).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('does not answer'),
    })
    const input = JSON.stringify({ hook_event_name: 'Stop', session_id: 's', last_assistant_message: 'done' })
    expect((await run(['claude'], input)).stderr).toContain('is delivered later')
    await run(['install', 'claude', '--url', server.url])
    expect(await run(['flush'])).toMatchObject({
      code: 0,
      stdout: 'sentinelmesh-hook: 1 delivered, 0 refused, 0 waiting.\n',
    })

    expect((await run(['uninstall', 'claude'])).stdout).toContain(`${home}/.claude/settings.json: removed.`)
    expect(readdirSync(`${home}/.claude`)).toEqual([])
  })

  test('install --dry-run shows the changes to each file', async () => {
    const args = ['--project', '--dry-run', '--url', 'http://127.0.0.1:8000', '--key', 'smk_x']
    const { code, stdout, stderr } = await program.run(['hook', 'install', 'claude', ...args])
    expect(code).toBe(0)
    expect(stderr).toContain('--key shows the key to every user of this machine')
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
  ])('%j exits with %i and a message', async (args, expected, sentence) => {
    const { code, stderr } = await program.run(['hook', ...args])
    expect(stderr).toMatch(sentence)
    expect(code).toBe(expected)
  })
})
