import { readFileSync, rmSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Verdict, VerdictPolicyIn } from '@sentinelmesh/api'
import { HOOK_CLIENTS, HOOK_MEDIA_TYPE, isHookClient, type HookClient } from '@sentinelmesh/api/hooks'
import { buildHookProgram, type HookProgram, type User } from '../../hook/test/hook-program.ts'
import { sampleInput } from '../src/cli/hook/samples.ts'
import { fixturesOf } from '@sentinelmesh/telemetry/testing'
import { describeShared, fromShared } from '@sentinelmesh/test-inputs'
import { DEFAULT_POLICY } from '../src/services/verdicts/default-policy.ts'
import { json, type Client } from './client.ts'
import { startMesh, type Mesh } from './start-mesh.ts'

let mesh: Mesh
let program: HookProgram
let hook: Client & { readonly key: string }
/** Matches every recorded call, result and prompt, and no other input of these tests. */
let ruleId: string
beforeAll(async () => {
  mesh = await startMesh()
  program = await buildHookProgram()
  hook = await mesh.first.key(['verdict'])
  const text = `title: Looks at the notes
logsource: {product: ai_agent}
detection: {selection: {payload|contains: ['notes.txt', 'deploy window']}, condition: selection}
level: critical
`
  ruleId = (await mesh.first.manager.trpc.rules.create.mutate({ text })).id
})
afterAll(async () => {
  await mesh[Symbol.asyncDispose]()
  await program[Symbol.asyncDispose]()
})

/** Sets the verdict for a match of the rule. The budget is large enough for a busy machine. */
async function policy(
  mode: 'enforce' | 'dry_run',
  verdict: Verdict,
  change: Partial<VerdictPolicyIn> = {},
): Promise<void> {
  const { trpc } = mesh.first.manager
  const { hash } = await trpc.verdicts.policy.query()
  await trpc.verdicts.setPolicy.mutate({
    policy: { ...DEFAULT_POLICY, mode, rules: [{ rule_id: ruleId, verdict }], budget_ms: 10_000, ...change },
    expected_hash: hash,
  })
}

function user(key = hook.key, more: object = {}): User {
  const one = program.user()
  one.settings({ url: mesh.url, key, timeout: 30, ...more })
  return one
}

const stored = async (q: string) =>
  (await json<{ items: Record<string, unknown>[] }>(mesh.first.reader.get(`/api/v1/logs?q=${encodeURIComponent(q)}`)))
    .items

const call = (command: string, session: string, more: object = {}) => ({
  hook_event_name: 'PreToolUse',
  session_id: session,
  tool_name: 'Bash',
  tool_input: { command },
  tool_use_id: `toolu_${session}_0123456789`,
  ...more,
})
const ask = (client: string, input: unknown, headers = { accept: HOOK_MEDIA_TYPE }) =>
  hook.post(`/api/v1/hook/${client}`, JSON.stringify(input), headers)

describe('recorded calls through the program', () => {
  const fixtures = fixturesOf('hooks').map((path) => {
    const [client = '', event = ''] = path.replace('hooks/', '').split('-')
    if (!isHookClient(client)) throw new Error(`${client} is not a client`)
    return { path, client, event }
  })
  const inputOf = (path: string) => readFileSync(fromShared(`otel/fixtures/${path}.json`), 'utf8')

  const permission = (permissionDecision: string, reason: string) => ({
    hookSpecificOutput: { hookEventName: 'PreToolUse', permissionDecision, permissionDecisionReason: reason },
  })
  const like = (reason: string) => ({ decision: 'block', reason })
  const denied = (reason: string) => ({ decision: 'deny', reason })
  type Shown = readonly [exit: number, stdout: object, stderr: string]
  /** The output of each client's hook for a block. Other events get a message, if the client supports one. */
  const BLOCKED: Record<string, (reason: string) => Shown> = {
    'claude-PreToolUse': (reason) => [2, permission('deny', reason), reason],
    'claude-UserPromptSubmit': (reason) => [2, like(reason), reason],
    'claude-PostToolUse': (reason) => [
      0,
      {
        hookSpecificOutput: {
          hookEventName: 'PostToolUse',
          updatedToolOutput: {
            stdout: reason,
            stderr: '',
            interrupted: false,
            isImage: false,
            noOutputExpected: false,
          },
        },
      },
      '',
    ],
    'codex-PreToolUse': (reason) => [2, permission('deny', reason), reason],
    'codex-UserPromptSubmit': (reason) => [2, like(reason), reason],
    'codex-PostToolUse': (reason) => [0, like(reason), ''],
    'gemini-BeforeTool': (reason) => [2, denied(reason), reason],
    'gemini-BeforeAgent': (reason) => [2, denied(reason), reason],
    'gemini-AfterTool': (reason) => [2, denied(reason), reason],
    'copilot-preToolUse': (reason) => [2, { permissionDecision: 'deny', permissionDecisionReason: reason }, reason],
    'copilot-permissionRequest': (reason) => [0, { behavior: 'deny', message: reason }, ''],
    'copilot-postToolUse': (reason) => [0, { modifiedResult: { resultType: 'success', textResultForLlm: reason } }, ''],
    'copilot-userPromptSubmitted': (reason) => [0, like(reason), ''],
  }
  const TELLING = new Set<HookClient>(['claude', 'codex', 'gemini'])
  /** Events at the end of a turn. They match the rule, but a hook cannot block them. */
  const TURN_ENDS = new Set(['claude-Stop', 'codex-Stop', 'gemini-AfterAgent'])

  const reasonIn = (text: string) => /SentinelMesh: [^"]+Log entry [\da-f-]{36}\./.exec(text)?.[0] ?? 'no reason'
  const shown = (text: string) => (text === '' ? '' : (JSON.parse(text) as unknown))

  describeShared('of all clients', { needs: ['otel/fixtures/hooks'], tests: 4 }, () => {
    test('are blocked while the policy is enforced, each in the format of its client', async () => {
      await policy('enforce', 'block')
      const reasons: string[] = []
      for (const { path, client, event } of fixtures) {
        const { code, stdout, stderr } = await user().run([client], { input: inputOf(path) })
        const reason = reasonIn(stdout)
        const name = `${client}-${event}`
        const message = [0, { systemMessage: `${reason} A hook cannot stop it here.` }, ''] as const
        const expected = BLOCKED[name]?.(reason) ?? (TURN_ENDS.has(name) ? message : [0, '', ''])
        expect([name, code, shown(stdout), stderr]).toEqual([name, ...expected])
        if (expected[1] !== '') reasons.push(reason)
      }
      expect(reasons).toHaveLength(Object.keys(BLOCKED).length + TURN_ENDS.size)
      for (const reason of reasons)
        expect(reason).toMatch(
          /^SentinelMesh: Blocked: its risk is \d+, by rule \S+ \(Looks at the notes\)(?:, which matched “notes\.txt”)?\. [^“”]+ Log entry/,
        )
    })

    test.each([
      ['flag', (client: HookClient) => (TELLING.has(client) ? { systemMessage: 'R' } : '')],
      [
        'ask',
        (client: HookClient) =>
          ({
            claude: permission('ask', 'R'),
            copilot: { permissionDecision: 'ask', permissionDecisionReason: 'R' },
          })[client as 'claude' | 'copilot'] ?? { systemMessage: 'R Nobody can be asked here, so it goes on.' },
      ],
    ] as const)('get the verdict %s before a tool call, which still runs', async (verdict, expected) => {
      await policy('enforce', verdict)
      for (const { path, client } of fixtures.filter(({ event }) => /^(pre|before)tool/i.test(event))) {
        const { code, stdout, stderr } = await user(hook.key, { ask: 'allow' }).run([client], { input: inputOf(path) })
        const plain = shown(stdout.replaceAll(reasonIn(stdout), 'R'))
        expect([client, code, plain, stderr]).toEqual([client, 0, expected(client), ''])
      }
    })

    test('are neither blocked nor answered in dry run, and the log records what enforcement would return', async () => {
      await policy('dry_run', 'block')
      for (const { path, client } of fixtures)
        expect([path, await user().run([client], { input: inputOf(path) })]).toEqual([
          path,
          { code: 0, stdout: '', stderr: '' },
        ])
      const session = `dry-${Date.now()}`
      await user().run(['claude'], { input: JSON.stringify(call('cat notes.txt', session)) })
      expect(await stored(`session:${session}`)).toMatchObject([
        { verdict: 'allow', would: 'block', surface: 'hook', sender: 'agent.claude-code', receiver: 'tool.Bash' },
      ])
    })
  })
})

describe('POST /api/v1/hook/{client}', () => {
  test('returns the verdict, and the matched rules only to a key that can read', async () => {
    await policy('enforce', 'block')
    const input = call('cat notes.txt', 'said')
    const answer = await json(ask('claude', input))
    expect(answer).toMatchObject({
      verdict: 'block',
      risk: 90,
      exit: 2,
      stderr: `SentinelMesh: ${String(answer['reason'])}`,
    })
    expect(answer).not.toHaveProperty('matches')
    const reading = await mesh.first.key(['verdict', 'read'])
    const told = await json(reading.post('/api/v1/hook/claude', input, { accept: HOOK_MEDIA_TYPE }))
    expect(told).toMatchObject({
      log_id: answer['log_id'],
      matches: [{ rule_id: ruleId, title: 'Looks at the notes' }],
    })
  })

  test('returns only the JSON that Claude Code’s own HTTP hook expects', async () => {
    await policy('enforce', 'block')
    const reply = await ask('claude', call('cat notes.txt', 'http'), { accept: 'application/json' })
    expect(reply.status).toBe(200)
    expect(Object.keys(await json(reply))).toEqual(['hookSpecificOutput'])
    const allowed = await ask('claude', call('ls', 'http-2'), { accept: '*/*' })
    expect([allowed.status, await allowed.text()]).toEqual([200, ''])
  })

  test('judges calls of a client whose clock is far ahead, and stores the time of that clock', async () => {
    await policy('enforce', 'block')
    const timestamp = new Date(Date.now() + 25 * 3600_000).toISOString()
    const tool = { tool_name: 'x', tool_input: { a: 'notes.txt' } }
    const input = { hook_event_name: 'BeforeTool', session_id: 'ahead-now', timestamp, ...tool }
    expect(await json(ask('gemini', input))).toMatchObject({ verdict: 'block', exit: 2 })
    expect(await stored('session:ahead-now')).toMatchObject([{ attributes: { skewed_time: timestamp } }])
  })

  test('follows the policy for a client that cannot ask a person, unless the machine has a setting of its own', async () => {
    await policy('enforce', 'ask')
    const input = { hook_event_name: 'BeforeTool', session_id: 'asked', tool_name: 'x', tool_input: { a: 'notes.txt' } }
    expect(await json(ask('gemini', input))).toMatchObject({
      verdict: 'ask',
      stderr: expect.stringMatching(
        /^SentinelMesh: A person has to decide: its risk is .* Nobody can be asked here, so it is blocked\.$/,
      ),
      exit: 2,
    })
    expect(await json(ask('gemini?ask=allow', input))).toMatchObject({ verdict: 'ask', exit: 0 })
    await policy('enforce', 'ask', { unasked: 'warn' })
    expect(await json(ask('gemini', input))).toMatchObject({
      stdout: expect.stringContaining('Nobody can be asked here, so it goes on.'),
      exit: 0,
    })
    expect(await json(ask('gemini?ask=block', input))).toMatchObject({ verdict: 'ask', exit: 2 })
    expect((await ask('gemini?ask=perhaps', input)).status).toBe(422)
  })

  test('answers as the policy says if the budget runs out, and marks the entry as unjudged', async () => {
    const { trpc } = mesh.first.manager
    const { hash } = await trpc.verdicts.policy.query()
    const closed = { otherwise: 'open', kinds: { tool_call: 'closed' } } as const
    await trpc.verdicts.setPolicy.mutate({
      policy: { ...DEFAULT_POLICY, mode: 'enforce', budget_ms: 0, past_budget: closed },
      expected_hash: hash,
    })
    const refused = await user().run(['claude'], { input: JSON.stringify(call('ls', 'no-time')) })
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringMatching(/Blocked: there was no time to judge it/)])
    const prompt = { hook_event_name: 'UserPromptSubmit', session_id: 'no-time', prompt: 'hello' }
    expect(await json(ask('claude', prompt))).toMatchObject({ verdict: 'allow', unjudged: true, stdout: '', exit: 0 })
    expect(await stored('session:no-time unjudged:true')).toHaveLength(2)
  })

  test.each([
    ['claude', '{"hook_event_name"', 422, /not JSON/],
    ['claude', '"PreToolUse"', 422, /names no event/],
    ['claude', '{"session_id": "x"}', 422, /not what a hook of claude gives/],
    ['emacs', '{}', 404, /Known clients are claude, codex/],
  ])('refuses for %s the input %s', async (client, input, status, sentence) => {
    const reply = await hook.post(`/api/v1/hook/${client}`, input)
    expect(reply.status).toBe(status)
    expect(JSON.stringify(await json(reply))).toMatch(sentence)
  })

  test.each([
    ['named __proto__', '__proto__'],
    ['named constructor', 'constructor'],
    ['with a capital letter', 'Claude'],
    ['with a NUL', 'claude%00'],
    ['with an injected header', 'claude%0d%0aset-cookie:%20a=b'],
    ['with a path traversal', '%2e%2e%2fverdict'],
    ['with markup', '%3Cscript%3E'],
    ['with surrogate pairs at the truncation point', `x${'%F0%9F%98%80'.repeat(30)}`],
    ['of 4,000 characters', 'x'.repeat(4_000)],
  ])('has no client %s', async (_what, client) => {
    const input = call('cat notes.txt', 'hostile')
    const replies = [await hook.post(`/api/v1/hook/${client}`, input)]
    replies.push(await hook.post(`/api/v1/hook/${client}/late?spool=00112233445566cc&late=1`, input))
    for (const reply of replies) {
      expect([reply.status, reply.headers.get('set-cookie')]).toEqual([404, null])
      expect((await reply.text()).length).toBeLessThan(1_000)
    }
    expect(await stored('session:hostile')).toEqual([])
  })

  test('rejects non-JSON content types and a key without the scope, for which the program fails open', async () => {
    const typed = await hook.post('/api/v1/hook/claude', '{}', { 'content-type': 'text/plain' })
    expect(typed.status).toBe(415)
    const { key } = await mesh.first.key(['ingest', 'read'])
    const { code, stdout, stderr } = await user(key).run(['claude'], { input: JSON.stringify(call('id', 'scope')) })
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' })
    expect(stderr).toMatch(/\(403\)\. This takes a credential with the scope verdict/)
  })

  test.each(HOOK_CLIENTS)('%s: any field values are answered with 200 or 422 and cause no fault', async (client) => {
    await policy('enforce', 'block')
    const names = ['hook_event_name', 'hookEventName', 'agent_action_name']
    const events = [
      'PreToolUse',
      'BeforeTool',
      'postToolUse',
      'beforeShellExecution',
      'pre_run_command',
      '__proto__',
      '',
    ]
    const odd = [null, 7, [], {}, 'notes.txt', { __proto__: null, command: [1] }, '\u0000\uD800', ['x', { y: [] }]]
    for (const event of events) {
      const named = Object.fromEntries(names.map((name) => [name, event]))
      for (const value of odd) {
        const fields = { tool_name: value, tool_input: value, tool_response: value, prompt: value, session_id: value }
        const reply = await ask(client, { ...named, ...fields, toolName: value, toolArgs: value, timestamp: value })
        expect([200, 422]).toContain(reply.status)
      }
    }
    expect(mesh.faults()).toEqual([])
  })

  test('finds an attack in an input with more values than are read one by one', async () => {
    await policy('enforce', 'block')
    const input = { padding: Array(100_000).fill(1), command: 'see notes.txt' }
    for (const tool_input of [input, JSON.stringify(input)]) {
      const asked = { ...call('', 'padded'), tool_name: 'mcp__x__y', tool_input }
      expect(await json(hook.post('/api/v1/hook/claude', asked, { accept: HOOK_MEDIA_TYPE }))).toMatchObject({
        verdict: 'block',
      })
    }
  })

  test('finds an attack after 8 MiB of padding and at any depth', async () => {
    await policy('enforce', 'block')
    const deep = `${'{"a":['.repeat(5_000)}"see n\\u006ftes.txt"${']}'.repeat(5_000)}`
    const nested = JSON.stringify({ ...call('', 'deep'), tool_name: 'mcp__x__y', tool_input: 0 }).replace(
      '"tool_input":0',
      `"tool_input":${deep}`,
    )
    expect(await json(hook.post('/api/v1/hook/claude', nested, { accept: HOOK_MEDIA_TYPE }))).toMatchObject({
      verdict: 'block',
      exit: 2,
    })

    const frame = JSON.stringify(call('', 'long')).length
    const command = `${'x'.repeat(8 * 1024 * 1024 - frame - 20)} notes.txt`
    const { code, stderr } = await user().run(['claude'], { input: JSON.stringify(call(command, 'long')) })
    expect(stderr).toMatch(/Blocked/)
    expect(code).toBe(2)
    expect(await stored('session:long')).toMatchObject([{ truncated: true, verdict: 'block' }])
    const more = await hook.post('/api/v1/hook/claude', Buffer.alloc(8 * 1024 * 1024 + 1, ' '))
    expect(more.status).toBe(413)
  })

  test('stores one entry if the same call is sent twice', async () => {
    await policy('enforce', 'block')
    const input = call('cat notes.txt', 'again')
    const first = await json(ask('claude', input))
    const second = await json(ask('claude', input))
    expect(second).toMatchObject({ log_id: first['log_id'], verdict: 'block' })
    expect(await stored('session:again')).toHaveLength(1)
  })

  test('stores a separate entry for the same call in another org, which learns nothing about this one', async () => {
    await policy('enforce', 'block')
    const input = call('cat notes.txt', 'shared')
    const own = await json(ask('claude', input))
    const rival = await mesh.second.key(['verdict', 'read'])
    const others = await json(rival.post('/api/v1/hook/claude', input, { accept: HOOK_MEDIA_TYPE }))
    expect(own).toMatchObject({ verdict: 'block' })
    expect(others).toMatchObject({ verdict: 'allow', matches: [] })
    expect(others['log_id']).not.toBe(own['log_id'])
    expect((await rival.get(`/api/v1/logs/${String(own['log_id'])}`)).status).toBe(404)
  })

  test.each(HOOK_CLIENTS)('accepts the sample call with which the command line tests %s', async (client) => {
    await policy('enforce', 'block')
    const answer = await json(hook.post(`/api/v1/hook/${client}`, sampleInput(client), { accept: HOOK_MEDIA_TYPE }))
    expect(answer).toMatchObject({ verdict: 'allow', log_id: expect.any(String), stdout: '', exit: 0 })
  })

  test('counts hook calls as a separate source', async () => {
    await ask('cursor', { hook_event_name: 'beforeShellExecution', conversation_id: 'counted', command: 'ls' })
    await mesh.running.deps.sources.write()
    const { sources } = await mesh.first.manager.trpc.sources.list.query()
    expect(sources).toContainEqual(expect.objectContaining({ source: 'cursor', surface: 'hook' }))
  })
})

describe('input that was spooled while the server was down', () => {
  test('is delivered later with its original time, evaluated and marked as unjudged; a gap is reported', async () => {
    await policy('enforce', 'block')
    const one = user()
    one.settings({ url: 'http://127.0.0.1:1', key: hook.key, timeout: 30 })
    const before = Date.now()
    for (const command of ['cat notes.txt', 'gone', 'ls'])
      await one.run(['claude'], { input: JSON.stringify(call(command, `late-${command}`)) })
    await one.run(['codex', '--fail', 'closed'], { input: JSON.stringify(call('cat notes.txt', 'late-closed')) })
    rmSync(`${one.spoolFolder}/0000000002.input`)
    const after = Date.now()

    one.settings({ url: mesh.url, key: hook.key })
    expect((await one.run(['flush'])).stdout).toBe('sentinelmesh-hook: 3 delivered, 0 refused, 0 waiting.\n')

    const [seen] = await stored('session:"late-cat notes.txt"')
    expect(seen).toMatchObject({ unjudged: true, risk: 90, matches: [{ rule_id: ruleId }] })
    expect(seen).not.toHaveProperty('verdict')
    const at = Date.parse(String(seen?.['timestamp']))
    expect(at).toBeGreaterThanOrEqual(before)
    expect(at).toBeLessThanOrEqual(after)
    expect(await stored('session:late-closed')).toMatchObject([{ unjudged: true, verdict: 'block' }])
    expect(await stored('session:late-gone')).toEqual([])
    const [gap] = await stored('context:inputsMissing')
    expect(gap).toMatchObject({
      kind: 'system',
      sender: 'agent.claude-code',
      unjudged: true,
      snippet: '{"from":2,"to":2,"missing":1}',
    })
  })

  test('is stored once in spite of reordering, repeated numbers and overlapping gaps', async () => {
    const path = '/api/v1/hook/gemini/late?spool=00112233445566dd'
    const input = (n: number) => ({
      hook_event_name: 'BeforeTool',
      session_id: 'numbered',
      tool_name: 'x',
      tool_input: { n },
    })
    const numbers = [3, 1, 2, 3, 2, 1, 5, 5]
    const late = numbers.map((n) => hook.post(`${path}&late=${n}&at=${1_700_000_000_000 + n}`, input(n)))
    const gaps = ['4-4', '4-4', '6-9', '6-8', '6-9'].map((gap) => hook.post(`${path}&missing=${gap}`, {}))
    for (const reply of await Promise.all([...late, ...gaps])) expect(reply.status).toBe(200)
    const kept = await stored('session:numbered')
    expect(kept.map(({ snippet }) => JSON.parse(String(snippet)).arguments.n).toSorted()).toEqual([1, 2, 3, 5])
    expect(await stored('attributes.hook.spool:00112233445566dd context:inputsMissing')).toHaveLength(3)
  })

  test('is stored once if it is delivered twice', async () => {
    const input = { hook_event_name: 'BeforeTool', session_id: 'twice', tool_name: 'x', tool_input: { a: 1 } }
    const path = '/api/v1/hook/gemini/late?spool=00112233445566aa&late=9&at=1700000000000&missing=4-8'
    const [first, second] = [await json(hook.post(path, input)), await json(hook.post(path, input))]
    expect(second).toEqual(first)
    expect(first).toMatchObject({ stdout: '', stderr: '', exit: 0 })
    expect(await stored('session:twice')).toMatchObject([{ timestamp: '2023-11-14T22:13:20.000Z' }])
    expect(await stored('attributes.hook.spool:00112233445566aa context:inputsMissing')).toHaveLength(1)
  })

  test('from a clock far ahead is stored once with its arrival time and records the time of that clock', async () => {
    const ahead = Date.now() + 25 * 3600_000
    const path = `/api/v1/hook/gemini/late?spool=00112233445566ee&late=1&at=${ahead}`
    const input = { hook_event_name: 'BeforeTool', session_id: 'ahead', tool_name: 'x', tool_input: { a: 1 } }
    const [first, second] = [await json(hook.post(path, input)), await json(hook.post(path, input))]
    expect(second).toEqual(first)
    const [seen, ...more] = await stored('session:ahead')
    expect(seen).toMatchObject({ id: first['log_id'], attributes: { skewed_time: new Date(ahead).toISOString() } })
    expect(seen?.['timestamp']).toBe(seen?.['received_at'])
    expect(more).toEqual([])
  })

  test('has the verdict block if it was blocked, but the gap before it has no verdict', async () => {
    const input = { hook_event_name: 'BeforeTool', session_id: 'gap', tool_name: 'x', tool_input: { a: 1 } }
    const path = '/api/v1/hook/gemini/late?spool=00112233445566bb&late=3&missing=1-2&fail=closed'
    await hook.post(path, input)
    expect(await stored('session:gap')).toMatchObject([{ unjudged: true, verdict: 'block' }])
    const [gap] = await stored('attributes.hook.spool:00112233445566bb context:inputsMissing')
    expect(gap).toMatchObject({ unjudged: true })
    expect(gap).not.toHaveProperty('verdict')
  })

  test.each([
    ['spool=zz&late=1', /spool/],
    ['spool=00112233445566aa&late=0', /late/],
    ['spool=00112233445566aa&late=1&fail=ajar', /fail/],
    ['spool=00112233445566aa&missing=1', /missing/],
    ['spool=00112233445566aa&missing=8-4', /such as 4-8/],
    ['spool=00112233445566aa&missing=0-4', /such as 4-8/],
    ['spool=00112233445566aa&late=1&at=100000000000000', /at/],
  ])('is rejected with 422 for %s', async (query, sentence) => {
    const input = { hook_event_name: 'BeforeTool', session_id: 'refused', tool_name: 'x', tool_input: {} }
    const reply = await hook.post(`/api/v1/hook/gemini/late?${query}`, input)
    expect(reply.status).toBe(422)
    expect(JSON.stringify(await json(reply))).toMatch(sentence)
  })
})
