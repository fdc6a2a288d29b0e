import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { LIMITS } from '@sentinelmesh/api/constants'
import { decodeJson } from './decode-json.ts'
import { recordsOf } from './testing/records-of.ts'
import { decodeProtobuf } from './decode-protobuf.ts'
import { NotDecodable, type Signal } from './lazy-record.ts'
import { TOO_DEEP } from './records.ts'
import type { AttributeValue, LogRecord, Span, TelemetryRecord } from './telemetry.ts'
import { readTelemetry } from './telemetry-request.ts'
import { anyValue as encodeValue, encodeLogs, encodeTraces, field, message, parts } from './testing/encode-protobuf.ts'
import type { AnyValueJson, KeyValueJson, LogRecordJson, LogsJson, SpanJson, TracesJson } from './testing/otlp-json.ts'

const SEED = 20_261
const IN_PROTOBUF = { encoding: 'protobuf', signal: 'logs', turn: () => undefined } as const
const DECODE = { json: decodeJson, protobuf: decodeProtobuf }

const decode = (encoding: keyof typeof DECODE, body: Uint8Array, signal: Signal = 'logs') =>
  recordsOf(DECODE[encoding](Buffer.from(body), signal))
const jsonOf = (request: unknown) => Buffer.from(JSON.stringify(request))

function logs(...logRecords: unknown[]): LogRecord[] {
  return decode('json', jsonOf({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] })) as LogRecord[]
}
function spans(...all: unknown[]): Span[] {
  return decode('json', jsonOf({ resourceSpans: [{ scopeSpans: [{ spans: all }] }] }), 'traces') as Span[]
}
const text = (stringValue: string) => ({ stringValue })
const pair = <Value>(key: string, value: Value) => ({ key, value })

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }).map((one) => one.toWellFormed()),
  fc.constantFrom('', '\0', '__proto__', 'constructor', 'event.name', 'event.timestamp', 'session.id'),
)
const nanos = fc.oneof(fc.constant('0'), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String))
const { value: anyValue } = fc.letrec<{ value: AnyValueJson; pair: KeyValueJson }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    anyText.map(text),
    fc.boolean().map((boolValue) => ({ boolValue })),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((intValue) => ({ intValue: String(intValue) })),
    // JSON parsers do not keep a negative zero, and JSON has no NaN.
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((one) => ({ doubleValue: one === 0 ? 0 : one })),
    fc.uint8Array({ maxLength: 20 }).map((bytes) => ({ bytesValue: Buffer.from(bytes).toString('base64') })),
    fc.array(tie('value'), { maxLength: 4 }).map((values) => ({ arrayValue: { values } })),
    fc.array(tie('pair'), { maxLength: 4 }).map((values) => ({ kvlistValue: { values } })),
    fc.constant({}),
  ),
  pair: fc.record({ key: anyText, value: tie('value') }),
}))
const attributes = fc.array(fc.record({ key: anyText, value: anyValue }), { maxLength: 6 })
const anyId = (bytes: number) =>
  fc
    .oneof(
      fc.uint8Array({ minLength: bytes, maxLength: bytes }),
      fc.uint8Array({ maxLength: 20 }),
      fc.constant(new Uint8Array(bytes)),
    )
    .map((id) => Buffer.from(id).toString('hex'))
const optional = { requiredKeys: [] }
const anyLog: fc.Arbitrary<LogRecordJson> = fc.record(
  {
    timeUnixNano: nanos,
    observedTimeUnixNano: nanos,
    eventName: anyText,
    body: anyValue,
    attributes,
    traceId: anyId(16),
    spanId: anyId(8),
  },
  optional,
)
const anySpan: fc.Arbitrary<SpanJson> = fc.record(
  {
    traceId: anyId(16),
    spanId: anyId(8),
    parentSpanId: anyId(8),
    name: anyText,
    startTimeUnixNano: nanos,
    endTimeUnixNano: nanos,
    attributes,
    events: fc.array(fc.record({ name: anyText, attributes }, optional), { maxLength: 3 }),
    status: fc.record({ code: fc.integer({ min: 0, max: 7 }), message: anyText }, optional),
  },
  optional,
)
const ofResource = { resource: fc.record({ attributes }) }
const ofScope = { scope: fc.record({ name: anyText }, optional) }
const several = <T>(one: fc.Arbitrary<T>) => fc.array(one, { maxLength: 3 })
const anyLogs: fc.Arbitrary<LogsJson> = fc.record({
  resourceLogs: several(
    fc.record(
      { ...ofResource, scopeLogs: several(fc.record({ ...ofScope, logRecords: several(anyLog) }, optional)) },
      optional,
    ),
  ),
})
const anyTraces: fc.Arbitrary<TracesJson> = fc.record({
  resourceSpans: several(
    fc.record(
      { ...ofResource, scopeSpans: several(fc.record({ ...ofScope, spans: several(anySpan) }, optional)) },
      optional,
    ),
  ),
})

describe('the two encodings', () => {
  test('of the same log records give the same result', () => {
    fc.assert(
      fc.property(anyLogs, (request) => {
        expect(decode('protobuf', encodeLogs(request))).toEqual(decode('json', jsonOf(request)))
      }),
      { seed: SEED, numRuns: 200 },
    )
  })

  test('of the same spans give the same result', () => {
    fc.assert(
      fc.property(anyTraces, (request) => {
        const fromJson = decode('json', jsonOf(request), 'traces')
        expect(decode('protobuf', encodeTraces(request), 'traces')).toEqual(fromJson)
      }),
      { seed: SEED, numRuns: 200 },
    )
  })
})

/** Returns the records, or `refused` if they cannot be decoded. Any other error is a bug and is thrown. */
function readOrRefuse(encoding: keyof typeof DECODE, body: Uint8Array, signal: Signal): TelemetryRecord[] | 'refused' {
  try {
    return decode(encoding, body, signal)
  } catch (error) {
    if (error instanceof NotDecodable) return 'refused'
    throw error
  }
}

describe('arbitrary input', () => {
  test('of random bytes is read or refused, and never causes another error', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (body) => {
        for (const signal of ['logs', 'traces'] as const) {
          expect(() => readOrRefuse('protobuf', body, signal)).not.toThrow()
          expect(() => readOrRefuse('json', body, signal)).not.toThrow()
        }
      }),
      { seed: SEED, numRuns: 400 },
    )
  })

  test('of a message with bytes changed, removed or added is read or refused', () => {
    const change = fc.record({ at: fc.nat(), drop: fc.nat({ max: 3 }), add: fc.uint8Array({ maxLength: 3 }) })
    fc.assert(
      fc.property(anyTraces, fc.array(change, { minLength: 1, maxLength: 4 }), (request, changes) => {
        for (const [encoding, body] of [
          ['protobuf', encodeTraces(request)],
          ['json', jsonOf(request)],
        ] as const) {
          const bytes = [...body]
          for (const { at, drop, add } of changes) bytes.splice(at % (bytes.length + 1), drop, ...add)
          expect(() => readOrRefuse(encoding, Uint8Array.from(bytes), 'traces')).not.toThrow()
        }
      }),
      { seed: SEED, numRuns: 250 },
    )
  })

  test('of JSON of any shape is read or refused', () => {
    const names = [
      'resourceLogs',
      'scopeLogs',
      'logRecords',
      'resource',
      'scope',
      'attributes',
      'key',
      'value',
      'body',
      'stringValue',
      'intValue',
      'doubleValue',
      'bytesValue',
      'kvlistValue',
      'arrayValue',
      'values',
      'timeUnixNano',
      'traceId',
    ]
    const { json } = fc.letrec<{ json: unknown }>((tie) => ({
      json: fc.oneof(
        { depthSize: 'medium' },
        fc.constantFrom(null, true, 0, -1, 1e300, 1.5, '', 'x', '12', '0'.repeat(32)),
        fc.array(tie('json'), { maxLength: 4 }),
        fc.dictionary(fc.constantFrom(...names), tie('json'), { maxKeys: 5 }),
      ),
    }))
    fc.assert(
      fc.property(json, (value) => {
        const asRecord = jsonOf({ resourceLogs: [{ scopeLogs: [{ logRecords: [value] }] }] })
        expect(() => readOrRefuse('json', asRecord, 'logs')).not.toThrow()
        expect(() => readOrRefuse('json', jsonOf(value), 'logs')).not.toThrow()
      }),
      { seed: SEED, numRuns: 250 },
    )
  })
})

describe('a log record', () => {
  test.each<[string, object, bigint | null]>([
    ['its own', { timeUnixNano: '5', observedTimeUnixNano: '6' }, 5n],
    ['a number', { timeUnixNano: 1_700_000_000_000_000_000 }, 1_700_000_000_000_000_000n],
    ['the observed one if its own is 0', { timeUnixNano: '0', observedTimeUnixNano: '6' }, 6n],
    [
      'that of an attribute',
      { timeUnixNano: 0, attributes: [pair('event.timestamp', text('1970-01-01T00:00:01Z'))] },
      1_000_000_000n,
    ],
    ['none if the attribute is not an instant', { attributes: [pair('event.timestamp', text('soon'))] }, null],
    ['none', {}, null],
    ['none if it is negative', { timeUnixNano: '-5' }, null],
    ['none if it exceeds 64 bits', { timeUnixNano: 1e300, observedTimeUnixNano: '99999999999999999999' }, null],
    ['none if it is not a number', { timeUnixNano: 'now', observedTimeUnixNano: null }, null],
  ])('has as its time %s', (_what, record, expected) => {
    expect(logs(record)[0]?.timeNanos).toBe(expected)
  })

  test.each<[string, object, string]>([
    [
      'its attribute first',
      { eventName: 'event otel/src/x.rs:703', attributes: [pair('event.name', text('codex.tool'))] },
      'codex.tool',
    ],
    ['its own name next', { eventName: 'gen_ai.choice', body: text('a sentence') }, 'gen_ai.choice'],
    ['a text body last', { body: text('claude_code.user_prompt') }, 'claude_code.user_prompt'],
    ['nothing if there is none', { body: { kvlistValue: { values: [] } } }, ''],
    ['its own name if the attribute is empty', { eventName: 'own', attributes: [pair('event.name', text(''))] }, 'own'],
  ])('has as its event name %s', (_what, record, expected) => {
    expect(logs(record)[0]?.eventName).toBe(expected)
  })

  test.each<[string, unknown, string | null]>([
    ['hex', 'A'.repeat(32), 'a'.repeat(32)],
    ['nothing', '', null],
    ['null', null, null],
    ['zeros', '0'.repeat(32), null],
    ['too short', 'ab', null],
    ['base64', 'W8UDQWNzRkSMB5zqPpnOyQ==', null],
    ['a number', 5, null],
  ])('with %s as its trace id', (_what, traceId, expected) => {
    expect(logs({ traceId })[0]?.traceId).toBe(expected)
  })

  test.each<[string, unknown]>([
    ['absent', undefined],
    ['null', null],
    ['{}', {}],
    ['a bare text', 'bare'],
    ['of an unknown type', { laterValue: 1 }],
  ])('has no body if it is %s', (_what, body) => {
    expect(logs({ body })[0]?.body).toBeUndefined()
  })

  test('has the last of several attributes with the same name, and none without a value', () => {
    const all = [pair('a', text('first')), pair('b', {}), pair('a', text('last')), pair('c', null), pair('a', {}), 7]
    expect([...(logs({ attributes: all })[0]?.attributes ?? [])]).toEqual([['a', 'last']])
  })

  test('reads 64-bit integers exactly, as texts and as numbers', () => {
    const values = ['36', 36, '-9223372036854775808', '9007199254740993', 'x', '1.5']
    const record = logs({ attributes: values.map((intValue, index) => pair(String(index), { intValue })) })[0]
    expect(Object.fromEntries(record?.attributes ?? [])).toEqual({
      '0': 36,
      '1': 36,
      '2': -9223372036854775808n,
      '3': 9007199254740993n,
    })
  })

  test('has prototype names of JavaScript as ordinary keys', () => {
    const hostile = ['__proto__', 'constructor', 'toString'].map((key) => pair(key, text('mine')))
    const [record] = logs({ attributes: [pair('map', { kvlistValue: { values: hostile } }), ...hostile] })
    const map = record?.attributes.get('map') as { [key: string]: AttributeValue }
    expect(Object.entries(map)).toEqual([
      ['__proto__', 'mine'],
      ['constructor', 'mine'],
      ['toString', 'mine'],
    ])
    expect(record?.attributes.get('__proto__')).toBe('mine')
    expect(({} as { mine?: unknown }).mine).toBeUndefined()
  })
})

describe('a nested value', () => {
  const lists = (levels: number): AnyValueJson =>
    levels === 1 ? text('inside') : { arrayValue: { values: [lists(levels - 1)] } }
  const inside = (value: AttributeValue | undefined): unknown => (Array.isArray(value) ? inside(value[0]) : value)

  test.each([
    [LIMITS.otlpDepth, 'inside'],
    [LIMITS.otlpDepth + 1, TOO_DEEP],
  ])('%i levels deep has %s innermost', (levels, innermost) => {
    const request = { resourceLogs: [{ scopeLogs: [{ logRecords: [{ body: lists(levels) }] }] }] }
    for (const records of [decode('json', jsonOf(request)), decode('protobuf', encodeLogs(request))]) {
      expect(inside((records[0] as LogRecord).body)).toBe(innermost)
    }
  })

  test('10,000 levels deep is cut, and its neighbors are read', () => {
    const open = '{"arrayValue":{"values":['.repeat(10_000)
    const deep = `${open}{}${']}}'.repeat(10_000)}`
    const body = `{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":${deep}},{"body":{"stringValue":"beside"}}]}]}]}`
    const records = decode('json', Buffer.from(body)) as LogRecord[]
    expect(records.map((record) => inside(record.body))).toEqual([TOO_DEEP, 'beside'])

    let value: Uint8Array = Buffer.from([])
    const wrap = (number: number) => (value = message(field(number, value)))
    for (let level = 0; level < 10_000; level++) {
      wrap(1)
      wrap(5)
    }
    for (const number of [5, 2, 2, 1]) wrap(number)
    const request = Buffer.concat([
      value,
      encodeLogs({ resourceLogs: [{ scopeLogs: [{ logRecords: [{ body: text('beside') }] }] }] }),
    ])
    expect((decode('protobuf', request) as LogRecord[]).map((record) => inside(record.body))).toEqual([
      TOO_DEEP,
      'beside',
    ])
  })
})

describe('a protobuf message', () => {
  const bodyOf = (bytes: Uint8Array) => field(2, message(field(2, message(field(5, bytes)))))
  const readBodies = (request: Buffer) => (decode('protobuf', request) as LogRecord[]).map(({ body }) => body)

  test('has its resource and scope even if they come after the records', () => {
    const attribute = message(parts([field(1, 'a'), field(2, encodeValue(text('b')))]))
    const record = field(2, message(field(5, encodeValue(text('said')))))
    const scope = message(parts([record, field(1, message(field(1, 'late')))]))
    const resource = message(parts([field(2, scope), field(1, message(field(1, attribute)))]))
    const [read] = decode('protobuf', message(field(1, resource)))
    expect(read).toMatchObject({ body: 'said', scope: { name: 'late' } })
    expect([...(read?.resource.attributes ?? [])]).toEqual([['a', 'b']])
  })

  test('with unknown fields, or known fields of another type, is read without them', () => {
    const unknown = parts([
      field(99, 'later'),
      // These are a group with a varint in it, a 32-bit field, and the body as a varint.
      (writer) => void writer.raw(Uint8Array.from([0xa3, 0x06, 0x08, 0x01, 0xa4, 0x06])),
      (writer) => void writer.raw(Uint8Array.from([0x85, 0x01, 1, 2, 3, 4, 0x28, 0x05])),
    ])
    const record = message(parts([unknown, field(5, encodeValue(text('said'))), unknown]))
    const request = message(
      parts([unknown, field(1, message(parts([unknown, field(2, message(parts([unknown, field(2, record)])))])))]),
    )
    expect(readBodies(request)).toEqual(['said'])
  })

  test('with invalid UTF-8 has U+FFFD for the invalid bytes', () => {
    const broken = message(field(1, Uint8Array.from([0x61, 0xff, 0x62])))
    expect(readBodies(message(field(1, message(bodyOf(broken)))))).toEqual(['a\uFFFDb'])
  })

  test.each<[string, Uint8Array]>([
    [
      'ends too early',
      encodeLogs({ resourceLogs: [{ scopeLogs: [{ logRecords: [{ body: text('said') }] }] }] }).subarray(0, -1),
    ],
    ['has a field longer than its container', message(field(1, message(bodyOf(Uint8Array.from([0x0a, 0x7f])))))],
    ['has a number longer than its container', message(field(1, message(bodyOf(Uint8Array.from([0x21, 1, 2])))))],
    ['has a field number 0', Uint8Array.from([0x02, 0x00])],
    ['has an unterminated varint', Uint8Array.from(Array.from({ length: 12 }, () => 0xff))],
    ['ends a group that never began', Uint8Array.from([0x0c])],
    ['is JSON', jsonOf({ resourceLogs: [] })],
  ])('that %s is refused', (_what, request) => {
    expect(readOrRefuse('protobuf', request, 'logs')).toBe('refused')
  })
})

test.each<[string, unknown]>([
  ['a syntax error', '{'],
  ['an array', []],
  ['null', null],
  ['resources that are not a list', { resourceLogs: {} }],
  ['a record that is a number', { resourceLogs: [{ scopeLogs: [{ logRecords: [5] }] }] }],
])('JSON with %s is refused', (_what, request) => {
  const body = typeof request === 'string' ? Buffer.from(request) : jsonOf(request)
  expect(readOrRefuse('json', body, 'logs')).toBe('refused')
})

test('a span has its times, its parent, its events and its status', () => {
  const [one, empty] = spans(
    {
      parentSpanId: 'AB'.repeat(8),
      startTimeUnixNano: '5',
      endTimeUnixNano: 7,
      events: [{ name: 'tool.output', attributes: [pair('output', text('ok'))] }, 'no event'],
      status: { code: 2, message: 'it failed' },
    },
    { startTimeUnixNano: '0', parentSpanId: '', status: null, events: null },
  )
  expect(one).toMatchObject({
    parentSpanId: 'ab'.repeat(8),
    startNanos: 5n,
    endNanos: 7n,
    events: [{ name: 'tool.output', attributes: new Map([['output', 'ok']]) }],
    status: { error: true, message: 'it failed' },
  })
  expect(empty).toMatchObject({ parentSpanId: null, startNanos: null, events: [], status: { error: false } })
})

describe('a request', () => {
  const request = (...logRecords: LogRecordJson[]) => encodeLogs({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] })
  const wide = (count: number): LogRecordJson => ({
    attributes: Array.from({ length: count }, (_, index) => pair(`a${index}`, text('x'))),
  })

  test('over the limit of records is read up to the limit, and the others are reported', async () => {
    const records = Array.from({ length: LIMITS.otlpRecords + 3 }, () => ({}))
    const { records: read, leftOut } = await readTelemetry(request(...records), IN_PROTOBUF)
    expect(read).toHaveLength(LIMITS.otlpRecords)
    expect(leftOut).toMatchObject([{ records: 3, reason: expect.stringMatching(/at most 100000 records/) as string }])
  })

  test.each(['json', 'protobuf'] as const)(
    'with a record over the limit of values is read without it: %s',
    async (encoding) => {
      const nested = (count: number): LogRecordJson => ({
        attributes: [
          pair('list', { arrayValue: { values: Array.from({ length: count - 1 }, () => ({ boolValue: true })) } }),
        ],
      })
      const most = LIMITS.otlpRecordValues
      const asked = { resourceLogs: [{ scopeLogs: [{ logRecords: [nested(most), nested(most + 1)] }] }] }
      const body = encoding === 'json' ? jsonOf(asked) : encodeLogs(asked)
      const { records: read, leftOut } = await readTelemetry(body, { ...IN_PROTOBUF, encoding })
      expect(read.map(({ attributes: kept }) => kept.get('list'))).toEqual([Array(most - 1).fill(true)])
      expect(leftOut).toMatchObject([
        { records: 1, reason: expect.stringMatching(/at most 30,000 values.*list/) as string },
      ])
    },
  )

  test('with a record over the limit of attributes is read without it', async () => {
    const body = request(wide(LIMITS.otlpAttributes), wide(LIMITS.otlpAttributes + 1))
    const { records: read, leftOut } = await readTelemetry(body, IN_PROTOBUF)
    expect(read.map(({ attributes: kept }) => kept.size)).toEqual([LIMITS.otlpAttributes])
    expect(leftOut).toMatchObject([{ records: 1, reason: expect.stringMatching(/at most 10000 attributes/) as string }])
  })
})
