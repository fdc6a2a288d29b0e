import { execFileSync } from 'node:child_process'
import { chmodSync, chownSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { dirname, join } from 'node:path'
import { leftOut } from '@sentinelmesh/test-inputs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { HOOK_CLIENTS, HOOK_INPUT_BYTES, HOOK_MEDIA_TYPE, type HookClient } from '@sentinelmesh/api/hooks'
import { systemPlaces } from '../src/places.ts'
import { openSpool } from '../src/spool.ts'
import { buildHookProgram, type HookProgram, type User } from './hook-program.ts'
import { ALLOWED, deadAddress, standIn, type StandIn } from './stand-in.ts'

let program: HookProgram
beforeAll(async () => (program = await buildHookProgram()))
afterAll(() => program[Symbol.asyncDispose]())

const INPUT = JSON.stringify({ hook_event_name: 'PreToolUse', tool_name: 'Bash', tool_input: { command: 'id' } })
const SILENT = { code: 0, stdout: '', stderr: '' }
const isRoot = process.getuid?.() === 0

function userOf(server: Pick<StandIn, 'url'>, more: object = {}): User {
  const user = program.user()
  user.settings({ url: server.url, key: 'smk_of_the_file', ...more })
  return user
}

describe('a call', () => {
  test('is sent to the server unchanged, with the key, and the reply of the server is the answer', async () => {
    const said = { verdict: 'block', stdout: '{"a":"ü"}', stderr: 'because', exit: 2 }
    await using server = await standIn((_, response) => response.end(JSON.stringify(said)))
    const user = userOf(server)
    const input = Buffer.concat([Buffer.from(INPUT), Buffer.from([0xff, 0x00])])
    expect(await user.run(['claude'], { input })).toEqual({ code: 2, stdout: '{"a":"ü"}', stderr: 'because' })
    const [{ path, headers, body } = { path: '', headers: {}, body: '' }] = server.received
    expect(path).toBe('/api/v1/hook/claude')
    expect(body).toEqual(input)
    expect(headers).toMatchObject({
      authorization: 'Bearer smk_of_the_file',
      accept: HOOK_MEDIA_TYPE,
      'content-type': 'application/json',
    })
  })

  test('of 8 MiB is sent whole', async () => {
    await using server = await standIn()
    expect(await userOf(server).run(['codex'], { input: Buffer.alloc(HOOK_INPUT_BYTES, 'x') })).toEqual(SILENT)
    expect(server.received[0]?.body.length).toBe(HOOK_INPUT_BYTES)
  })

  test('sends the verdict to use in place of ask if the client cannot ask', async () => {
    await using server = await standIn()
    await userOf(server, { ask: 'allow' }).run(['gemini'], { input: INPUT })
    expect(server.received[0]?.path).toBe('/api/v1/hook/gemini?ask=allow')
  })

  test('can be shown to a person with --show', async () => {
    await using server = await standIn()
    const { stdout, code } = await userOf(server).run(['claude', '--show'], { input: INPUT })
    expect(JSON.parse(stdout)).toMatchObject({ verdict: 'allow' })
    expect(code).toBe(0)
  })

  test.each([
    [['emacs'], /"emacs" is no client\. Give one of claude, codex/],
    [['claude', '--fail', 'maybe'], /--fail has to be open or closed/],
    [['claude', '--timeout=0'], /--timeout has to be from 0\.1 to 60 seconds/],
    [['claude', '--loud'], /"--loud" is no option/],
    [['flush', 'now'], /flush takes nothing else/],
  ])('with wrong arguments (%j) does not block the agent', async (args, sentence) => {
    const { code, stdout, stderr } = await program.user().run(args, { input: INPUT })
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(sentence)
  })
})

test.each([[[]], [['--help']], [['claude', '-h']]])('%j shows the usage', async (args) => {
  const { code, stdout, stderr } = await program.user().run(args)
  expect([code, stdout.split('\n')[0], stderr]).toEqual([0, expect.stringContaining('Usage: sentinelmesh-hook'), ''])
})

describe('settings', () => {
  test('in the user’s file take precedence over variables that a repository sets', async () => {
    await using server = await standIn()
    await using hostile = await standIn()
    const env = { SENTINELMESH_URL: hostile.url, SENTINELMESH_API_KEY: 'smk_hostile', HOME: '/nowhere' }
    expect(await userOf(server).run(['claude'], { input: INPUT, env })).toEqual(SILENT)
    expect(hostile.received).toEqual([])
    expect(server.received).toHaveLength(1)
  })

  test('with only a key in the file do not take the address from the environment', async () => {
    await using hostile = await standIn()
    const user = program.user()
    user.settings({ key: 'smk_secret' })
    const { stderr } = await user.run(['claude'], { input: INPUT, env: { SENTINELMESH_URL: hostile.url } })
    expect(stderr).toContain('url missing')
    expect(hostile.received).toEqual([])
  })

  test('come from the environment if there is no file', async () => {
    await using server = await standIn()
    const env = { SENTINELMESH_URL: server.url, SENTINELMESH_API_KEY: 'smk_of_the_environment' }
    expect(await program.user().run(['claude'], { input: INPUT, env })).toEqual(SILENT)
    expect(server.received[0]?.headers.authorization).toBe('Bearer smk_of_the_environment')
  })

  test('are in the home of the password database, whatever HOME is', () => {
    const before = process.env['HOME']
    process.env['HOME'] = '/nowhere'
    try {
      const { userFile, spoolFolder, managedFile } = systemPlaces()
      expect(userFile).toBe(`${userInfo().homedir}/.config/sentinelmesh/hook.json`)
      expect(spoolFolder).not.toContain('nowhere')
      expect(managedFile).toBe('/etc/sentinelmesh/hook.json')
    } finally {
      process.env['HOME'] = before
    }
  })

  // Only root can create a file that root owns.
  test.runIf(isRoot)(
    'in the administrator’s file take precedence over the user’s file and the arguments',
    leftOut('need root'),
    async () => {
      await using server = await standIn()
      await using others = await standIn()
      const user = userOf(others, { fail: 'open' })
      writeFileSync(user.managedFile, JSON.stringify({ url: server.url, fail: 'closed' }), { mode: 0o644 })
      await user.run(['claude'], { input: INPUT })
      expect(server.received).toHaveLength(1)
      // If the administrator's file has all settings, a broken user's file does no harm.
      writeFileSync(user.managedFile, JSON.stringify({ url: server.url, key: 'k', fail: 'closed' }))
      chmodSync(user.userFile, 0o666)
      expect(await user.run(['claude'], { input: INPUT })).toEqual(SILENT)
      server.answer = (_, response) => response.writeHead(500).end()
      expect((await user.run(['claude', '--fail', 'open'], { input: INPUT })).code).toBe(2)
      expect(others.received).toEqual([])
    },
  )

  test.each([
    ['writable by others', (file: string) => chmodSync(file, 0o666)],
    ['of another user', (file: string) => (isRoot ? chownSync(file, 12_345, 12_345) : undefined)],
  ])('in an administrator’s file that is %s are ignored with a warning', async (_, spoil) => {
    await using server = await standIn()
    await using hostile = await standIn()
    const user = userOf(server)
    writeFileSync(user.managedFile, JSON.stringify({ url: hostile.url, key: 'k' }))
    spoil(user.managedFile)
    const { code, stderr } = await user.run(['claude'], { input: INPUT })
    expect(stderr).toMatch(/is ignored: it has to belong to root/)
    expect(code).toBe(0)
    expect(hostile.received).toEqual([])
    expect(server.received).toHaveLength(1)
  })

  test('in a user’s file that others can read are refused, without a fallback', async () => {
    await using server = await standIn()
    const user = program.user()
    user.settings({ url: server.url, key: 'k' })
    chmodSync(user.userFile, 0o644)
    const env = { SENTINELMESH_URL: server.url, SENTINELMESH_API_KEY: 'k' }
    const { code, stderr } = await user.run(['claude'], { input: INPUT, env })
    expect(stderr).toMatch(/others may read it\. Run: chmod 600/)
    expect(code).toBe(0)
    expect(server.received).toEqual([])
  })

  test('or spool files that are pipes do not block the program', async () => {
    await using server = await standIn()
    const user = userOf(server, { fail: 'closed' })
    mkdirSync(user.spoolFolder, { recursive: true })
    execFileSync('mkfifo', [join(user.spoolFolder, 'state.json'), join(user.spoolFolder, '0000000001.input')])
    expect(await user.run(['claude'], { input: INPUT })).toEqual(SILENT)
    server.answer = (_, response) => response.writeHead(500).end()
    expect((await user.run(['claude'], { input: INPUT })).code).toBe(2)
    rmSync(user.userFile)
    execFileSync('mkfifo', ['-m', '600', user.userFile])
    const { code, stderr } = await user.run(['claude', '--fail', 'closed'], { input: INPUT })
    expect(stderr).toMatch(/is no file of at most 64 KiB/)
    expect(code).toBe(2)
  })

  test.each([
    ['{', /It is not JSON/],
    ['[]', /JSON object/],
    ['{"urll": "x"}', /"urll" is no setting; known are url, key/],
    ['{"__proto__": {"url": "x"}}', /"__proto__" is no setting/],
    ['{"fail": "shut"}', /fail has to be open or closed/],
    ['{"timeout": 600}', /timeout has to be from 0\.1 to 60 seconds/],
    ['{"url": "file:///etc/passwd", "key": "k"}', /url has to be an address such as https/],
    ['{"url": "http://a b", "key": "k"}', /url has to be an address/],
    ['{"url": "http://:secret@127.0.0.1:1", "key": "k"}', /without a user or a query/],
    ['{"ca": "certificates.pem"}', /ca has to be the whole path/],
    [
      String.raw`{"url": "http://127.0.0.1:1", "key": "k\r\nx-other: 1"}`,
      /key has to be an API key with the scope verdict, without blanks/,
    ],
    ['{"url": "http://127.0.0.1:1"}', /key missing/],
  ])('in a file with %s are refused with an explanation', async (text, sentence) => {
    const user = program.user()
    user.settings({})
    writeFileSync(user.userFile, text)
    const { code, stdout, stderr } = await user.run(['claude'], { input: INPUT })
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' })
    expect(stderr).toMatch(sentence)
  })

  test('in a file with a byte order mark are read', async () => {
    await using server = await standIn()
    const user = program.user()
    user.settings({})
    writeFileSync(user.userFile, `\uFEFF${JSON.stringify({ url: server.url, key: 'k' })}`)
    expect(await user.run(['claude'], { input: INPUT })).toEqual(SILENT)
  })
})

describe('without an answer', () => {
  const WRONG: Record<string, [StandIn['answer'], RegExp]> = {
    'an error of the server': [(_, response) => response.writeHead(500).end('{"detail":"broken"}'), /\(500\)\. broken/],
    'a refusal': [(_, response) => response.writeHead(403).end('{"detail":"no scope"}'), /\(403\)\. no scope/],
    'an unknown key': [(_, response) => response.writeHead(401).end('{}'), /does not know the key/],
    'a redirect': [
      (_, response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(),
      /redirects \(302\).* set url to where it leads/,
    ],
    'a server that limits the rate': [
      (_, response) => response.writeHead(429, { 'retry-after': '1' }).end(),
      /refuses it \(429\)\./,
    ],
    'a reply that is not JSON': [(_, response) => response.end('<html>'), /is no SentinelMesh server/],
    'JSON of another server': [
      (_, response) => response.end('{"exit":1,"stdout":"","stderr":""}'),
      /is no SentinelMesh/,
    ],
    'a reply that is too long': [
      (_, response) => response.end(Buffer.alloc(2 * 1024 * 1024, ' ')),
      /reply is too long/,
    ],
    'a closed connection': [(_, response) => response.destroy(), /does not answer \(/],
    'a truncated reply': [(_, r) => r.writeHead(200, { 'content-length': 99 }).write('{', () => r.destroy()), /answer/],
    'no reply in time': [() => {}, /no answer within 0\.5 seconds/],
    'one byte at a time': [
      (_, response) => {
        const dripping = setInterval(() => response.write(' '), 20)
        response.once('close', () => clearInterval(dripping))
      },
      /no answer within 0\.5 seconds/,
    ],
  }
  const cases = Object.entries(WRONG).map(([name, [answer, sentence]]) => ({ name, answer, sentence }))

  test.each(cases)(
    'but $name: fail open lets the call continue, fail closed blocks it, and both say why',
    async ({ answer, sentence }) => {
      await using server = await standIn(answer)
      const user = userOf(server, { timeout: 0.5 })
      const open = await user.run(['claude'], { input: INPUT })
      expect(open).toMatchObject({ code: 0, stdout: '' })
      expect(open.stderr).toMatch(sentence)
      expect(open.stderr).toContain('went on unjudged')

      const closed = await user.run(['claude', '--fail', 'closed'], { input: INPUT })
      expect(closed.code).toBe(2)
      expect(closed.stderr).toMatch(sentence)
      expect(JSON.parse(closed.stdout)).toEqual({
        hookSpecificOutput: {
          hookEventName: 'PreToolUse',
          permissionDecision: 'deny',
          permissionDecisionReason: closed.stderr,
        },
      })
    },
  )

  const BEFORE: Record<HookClient, object> = {
    claude: { hook_event_name: 'PreToolUse' },
    codex: { hook_event_name: 'PreToolUse' },
    vscode: { hookEventName: 'PreToolUse' },
    gemini: { hook_event_name: 'BeforeTool' },
    copilot: { toolName: 'bash', toolArgs: {} },
    cursor: { hook_event_name: 'beforeShellExecution' },
    windsurf: { agent_action_name: 'pre_run_command' },
  }
  const DENIED: Record<HookClient, (reason: string) => unknown> = {
    claude: (reason) => ({
      hookSpecificOutput: {
        hookEventName: 'PreToolUse',
        permissionDecision: 'deny',
        permissionDecisionReason: reason,
      },
    }),
    codex: (reason) => DENIED.claude(reason),
    vscode: (reason) => DENIED.claude(reason),
    gemini: (reason) => ({ decision: 'deny', reason }),
    copilot: (reason) => ({ permissionDecision: 'deny', permissionDecisionReason: reason }),
    cursor: (reason) => ({ permission: 'deny', user_message: reason, agent_message: reason }),
    windsurf: () => '',
  }

  test.each(HOOK_CLIENTS)('%s is refused in its own format if it fails closed', async (client) => {
    const user = userOf({ url: await deadAddress() }, { fail: 'closed' })
    const { code, stdout, stderr } = await user.run([client], { input: JSON.stringify(BEFORE[client]) })
    expect(code).toBe(2)
    expect(stderr).toMatch(
      /^SentinelMesh could not judge this, and it is set to block then\. The server does not answer/,
    )
    expect(stdout === '' ? '' : JSON.parse(stdout)).toEqual(DENIED[client](stderr))
  })

  test('the end of a turn is not blocked even if it fails closed, because the agent would never stop', async () => {
    const user = userOf({ url: await deadAddress() }, { fail: 'closed' })
    const { code, stdout } = await user.run(['claude'], { input: JSON.stringify({ hook_event_name: 'Stop' }) })
    expect(code).toBe(0)
    expect(Object.keys(JSON.parse(stdout) as object)).toEqual(['systemMessage'])
  })

  test.each([
    ['is not JSON', 'nonsense'],
    ['is empty', ''],
  ])('an input that %s is refused if it fails closed', async (_, input) => {
    const user = userOf({ url: await deadAddress() }, { fail: 'closed' })
    expect(await user.run(['claude'], { input })).toMatchObject({ code: 2, stdout: '' })
  })

  test('an input over 8 MiB is not sent', async () => {
    await using server = await standIn()
    const user = userOf(server)
    const input = Buffer.alloc(HOOK_INPUT_BYTES + 1, 'x')
    const open = await user.run(['claude'], { input })
    expect(open).toMatchObject({ code: 0, stdout: '' })
    expect(open.stderr).toMatch(/larger than 8 MiB/)
    expect(await user.run(['claude', '--fail=closed'], { input })).toMatchObject({ code: 2, stdout: '' })
    expect(server.received).toEqual([])
  })

  test('the wait for the end of standard input is bounded', async () => {
    await using server = await standIn()
    const user = userOf(server, { timeout: 0.3, fail: 'closed' })
    const { code, stderr } = await user.run(['claude'], { input: INPUT, open: true })
    expect(code).toBe(2)
    expect(stderr).toMatch(/Standard input did not end within 0\.3 seconds/)
  })

  test('the error text of a server is shortened, and reaches a terminal without control characters', async () => {
    const detail = `\u001b[2J${'x'.repeat(10_000)}`
    await using server = await standIn((_, response) => response.writeHead(500).end(JSON.stringify({ detail })))
    const { stderr } = await userOf(server).run(['claude'], { input: INPUT })
    expect(stderr).not.toContain('\u001b')
    expect(stderr.length).toBeLessThan(600)
  })
})

describe('a server that is busy', () => {
  test('is asked again until the deadline, and its answer counts', async () => {
    await using server = await standIn()
    const user = userOf(server, { timeout: 20 })
    server.answer = (_, response) => {
      if (server.received.length < 3) response.writeHead(503, { 'retry-after': '1' }).end()
      else response.end(ALLOWED)
    }
    expect(await user.run(['claude'], { input: INPUT })).toEqual(SILENT)
    expect(server.received.map(({ body }) => String(body))).toEqual([INPUT, INPUT, INPUT])
  })

  test('until the deadline is reported, and the input is kept', async () => {
    await using server = await standIn((_, response) => response.writeHead(503).end('{"detail":"full"}'))
    const { code, stderr } = await userOf(server).run(['claude'], { input: INPUT })
    expect([code, stderr]).toEqual([0, expect.stringMatching(/unjudged, and is delivered later\. .*\(503\)\. full/)])
    expect(server.received.length).toBeGreaterThan(1)
  })
})

describe('an input that waits for the server', () => {
  test('is delivered by a later call, which does not wait for the delivery', async () => {
    await using server = await standIn((_, response) => response.writeHead(503).end())
    const user = userOf(server)
    await user.run(['claude'], { input: INPUT })
    let deliver = () => {}
    const asked = new Promise<void>((resolve) => (deliver = resolve))
    server.answer = ({ path }, response) => {
      response.end(ALLOWED)
      if (path.includes('/late?')) deliver()
    }
    expect(await user.run(['claude'], { input: INPUT })).toEqual(SILENT)
    await asked
    expect(server.received.at(-1)?.path).toMatch(
      /^\/api\/v1\/hook\/claude\/late\?spool=[\da-f]{16}&late=1&at=\d+&fail=open$/,
    )
    expect(String(server.received.at(-1)?.body)).toBe(INPUT)
  })

  test.each([
    ['is kept', 'is delivered later', [302, 400, 401, 403, 404, 405, 429, 500, 503]],
    ['is not kept, because it would be refused again,', 'cannot be delivered later', [413, 415, 422]],
  ])('%s after a reply with such a status', async (_, sentence, statuses) => {
    await using server = await standIn()
    const user = userOf(server)
    for (const status of statuses) {
      server.answer = (_, response) => response.writeHead(status).end()
      const { stderr } = await user.run(['claude'], { input: INPUT })
      expect([status, stderr]).toEqual([status, expect.stringContaining(sentence)])
    }
  })

  test('that was kept while the clock was ahead is delivered with the current time', async () => {
    await using server = await standIn()
    const user = userOf(server)
    const at = Date.now() + 10 * 24 * 3_600_000
    openSpool(user.spoolFolder).add({ client: 'claude', at, fail: 'open', input: Buffer.from('{}') })
    expect((await user.run(['flush'])).stdout).toContain('1 delivered')
    expect(Number(/[?&]at=(\d+)/.exec(server.received[0]?.path ?? '')?.[1])).toBeLessThan(at)
  })

  test.each([
    [
      'that cannot be used',
      (folder: string) => {
        mkdirSync(join(folder, 'state.json.new'), { recursive: true })
        writeFileSync(join(folder, '0000000001.input'), '')
      },
    ],
    [
      'that is a file',
      (folder: string) => {
        mkdirSync(dirname(folder), { recursive: true })
        writeFileSync(folder, '')
      },
    ],
  ])('in a folder %s changes no answer, and the error is reported', async (_, spoil) => {
    await using server = await standIn((_request, response) => response.writeHead(503).end())
    const user = userOf(server)
    spoil(user.spoolFolder)
    const { code, stdout, stderr } = await user.run(['claude'], { input: INPUT })
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' })
    expect(stderr).toMatch(/went on unjudged, and could not be kept \(/)
    const flushed = await user.run(['flush'])
    expect({ code: flushed.code, stdout: flushed.stdout }).toEqual({ code: 1, stdout: '' })
    expect(flushed.stderr).toMatch(/^sentinelmesh-hook: What waits cannot be delivered: .*\.\n$/)
    server.answer = (_request, response) => response.end(ALLOWED)
    expect(await user.run(['claude'], { input: INPUT })).toEqual(SILENT)
  })

  test('and is not accepted is reported by `flush`, with the reason', async () => {
    await using server = await standIn((_, response) => response.writeHead(503).end('{"detail":"full"}'))
    const user = userOf(server)
    await user.run(['claude'], { input: INPUT })
    expect(await user.run(['flush'])).toEqual({
      code: 1,
      stdout: '',
      stderr: 'sentinelmesh-hook: 0 delivered, 0 refused, 1 waiting. The server fails (503). full\n',
    })
  })

  test('is not kept if the program is not set up', async () => {
    const user = program.user()
    await user.run(['claude'], { input: INPUT })
    const { stdout, stderr, code } = await user.run(['flush'])
    expect({ stdout, code }).toEqual({ stdout: '', code: 1 })
    expect(stderr).toContain('not set up')
  })
})
