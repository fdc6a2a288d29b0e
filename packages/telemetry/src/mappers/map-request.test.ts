import { expect, test } from 'vitest'
import { decodeJson } from '../otlp/decode-json.ts'
import { recordsOf } from '../otlp/testing/records-of.ts'
import type { KeyValueJson, LogRecordJson, SpanJson } from '../otlp/testing/otlp-json.ts'
import { mapRequest, type MapOptions } from './map-request.ts'
import { mapAlone } from './testing/map-alone.ts'

const NOW = Date.UTC(2026, 0, 5, 9)
const TRACE = 'a'.repeat(32)

const attribute = (key: string, stringValue: string): KeyValueJson => ({ key, value: { stringValue } })

function logs(...logRecords: LogRecordJson[]) {
  const body = Buffer.from(JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] }))
  return recordsOf(decodeJson(body, 'logs'))
}
function spans(resource: readonly KeyValueJson[], ...all: SpanJson[]) {
  const resourceSpans = [{ resource: { attributes: resource }, scopeSpans: [{ scope: { name: 'app' }, spans: all }] }]
  return recordsOf(decodeJson(Buffer.from(JSON.stringify({ resourceSpans })), 'traces'))
}

const prompt = (text: string, session = 's', more: LogRecordJson = {}): LogRecordJson => ({
  timeUnixNano: `${NOW}000000`,
  attributes: [
    attribute('event.name', 'codex.user_prompt'),
    attribute('conversation.id', session),
    attribute('prompt', text),
  ],
  ...more,
})
const tool = (name: string, startMs: number, more: readonly KeyValueJson[] = []): SpanJson => ({
  traceId: TRACE,
  spanId: String(startMs).padStart(16, '1'),
  startTimeUnixNano: `${NOW + startMs}000000`,
  attributes: [attribute('gen_ai.operation.name', 'execute_tool'), attribute('gen_ai.tool.name', name), ...more],
})

async function entriesOf(...request: Parameters<typeof mapAlone>) {
  return (await mapAlone(...request)).flatMap(({ entries }) => entries)
}

test('duplicates in a request with the same session, kind and call are one entry', async () => {
  const records = logs(prompt('twice'), prompt('other'), prompt('twice'), prompt('twice', 'another session'))
  const entries = await entriesOf(records, NOW)
  expect(entries.map(({ session, payload }) => `${session}: ${payload.text}`)).toEqual([
    's: twice',
    's: other',
    'another session: twice',
  ])
})

test('spans are in the order of their start times, and one without a start time comes first', async () => {
  const records = spans(
    [],
    tool('third', 30),
    tool('first', 10),
    { ...tool('none', 5), startTimeUnixNano: '0' },
    tool('second', 20),
  )
  const entries = await entriesOf(records, NOW)
  expect(entries.map(({ receiver }) => receiver)).toEqual(['tool.none', 'tool.first', 'tool.second', 'tool.third'])
})

test.each([
  ['linux', 'linux'],
  ['darwin', 'macos'],
  ['Windows', 'windows'],
  ['freebsd', undefined],
  ['', undefined],
])('the operating system of a resource, %j, is next to the entry and not in it', async (sent, system) => {
  const records = spans(
    [attribute('os.type', sent)],
    tool('run_shell', 1, [attribute('gen_ai.tool.call.arguments', '{}')]),
  )
  const entries = await entriesOf(records, NOW)
  expect(entries.map((entry) => [entry.kind, entry.system, entry.attributes['os.type']])).toEqual([
    ['tool_call', system, undefined],
  ])
})

test('a root comes before a child with the same start time', async () => {
  const child = { ...tool('child', 10), parentSpanId: '0102030405060708' }
  const entries = await entriesOf(spans([], child, tool('root', 10)), NOW)
  expect(entries.map(({ receiver }) => receiver)).toEqual(['tool.root', 'tool.child'])
})

test('logs stay in the order of arrival, whatever their time', async () => {
  const records = logs(prompt('late', 's', { timeUnixNano: `${NOW + 9}000000` }), prompt('early'))
  expect((await entriesOf(records, NOW)).map(({ payload }) => payload.text)).toEqual(['late', 'early'])
})

test('a session is that of the record, its trace, an earlier request, or the resource, else the trace', async () => {
  const resource = [attribute('session.id', 'window')]
  const own = attribute('gen_ai.conversation.id', 'own')
  const sessionsOf = async (records: ReturnType<typeof spans>, known: string | null) => {
    const remembered: string[] = []
    const sessions: MapOptions['sessions'] = {
      get: () => known,
      remember: (trace, session) => void remembered.push(`${trace} ${session}`),
    }
    const entries = []
    for await (const mapped of mapRequest(records, { nowMs: NOW, sessions, keepUnknown: false, turn: async () => {} }))
      entries.push(...mapped.entries)
    return { sessions: entries.map(({ session }) => session), remembered }
  }
  expect(await sessionsOf(spans(resource, tool('a', 1), tool('b', 2, [own])), 'known')).toEqual({
    sessions: ['own', 'own'],
    remembered: [`${TRACE} own`],
  })
  expect(await sessionsOf(spans(resource, tool('a', 1)), 'known')).toEqual({ sessions: ['known'], remembered: [] })
  expect(await sessionsOf(spans(resource, tool('a', 1)), null)).toEqual({ sessions: ['window'], remembered: [] })
  expect(await sessionsOf(spans([], tool('a', 1)), null)).toEqual({ sessions: [TRACE], remembered: [] })
  const untraced = { ...tool('a', 1), traceId: '' }
  expect(await sessionsOf(spans([], untraced), 'known')).toEqual({ sessions: [null], remembered: [] })
})

test.each([
  ['a day ahead', 24 * 3600_000, true],
  ['a day and a millisecond ahead', 24 * 3600_000 + 1, false],
])('an instant %s', async (_what, aheadMs, kept) => {
  const instant = NOW + aheadMs
  const [entry] = await entriesOf(logs(prompt('soon', 's', { timeUnixNano: `${instant}000000` })), NOW)
  expect(entry?.at).toBe(kept ? instant * 1000 : null)
  expect(entry?.attributes['skewed_time']).toBe(kept ? undefined : new Date(instant).toISOString())
})

test('a record that no mapper knows has no entries, only its scope', async () => {
  const mapped = await mapAlone(spans([], { name: 'GET /' }), NOW)
  expect(mapped).toEqual([{ source: null, scope: 'app', entries: [] }])
})

test('with keepUnknown, a log record that no mapper knows is an entry as sent, but a span is not', async () => {
  const strange: LogRecordJson = {
    timeUnixNano: `${NOW}000000`,
    traceId: TRACE,
    body: { stringValue: 'paid' },
    attributes: [attribute('invoice', '17'), attribute('__proto__', 'x')],
  }
  const records = [...logs(strange, { ...strange, timeUnixNano: `${NOW}000001` }), ...spans([], { name: 'GET /' })]
  const entries = (await mapAlone(records, NOW, { keepUnknown: true })).flatMap((one) => one.entries)
  expect(entries).toHaveLength(2)
  expect(entries[0]).toMatchObject({
    source: 'other',
    kind: 'system',
    sender: 'agent.unknown',
    session: TRACE,
    context: 'paid',
    payload: { type: 'json', text: '{"body":"paid","attributes":{"invoice":"17","__proto__":"x"}}' },
    at: NOW * 1000,
  })
  expect(new Set(entries.map(({ anchor }) => anchor)).size).toBe(2)
})
