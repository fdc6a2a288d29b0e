import { context, trace } from '@opentelemetry/api'
import { OTLPLogExporter as JsonLogExporter } from '@opentelemetry/exporter-logs-otlp-http'
import { OTLPLogExporter as ProtobufLogExporter } from '@opentelemetry/exporter-logs-otlp-proto'
import { OTLPTraceExporter as JsonTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { OTLPTraceExporter as ProtobufTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto'
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs'
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Row } from '@sentinelmesh/api'
import { json, type Client } from './client.ts'
import { startMesh, type Mesh } from './start-mesh.ts'

type Compression = NonNullable<NonNullable<ConstructorParameters<typeof JsonLogExporter>[0]>['compression']>
const COMPRESSIONS = ['none', 'gzip'] as const

let mesh: Mesh
beforeAll(async () => (mesh = await startMesh({ bare: true })))
afterAll(() => mesh[Symbol.asyncDispose]())

async function rows(reader: Client): Promise<Row[]> {
  const { items } = await json<{ items: Row[] }>(reader.get('/api/v1/logs?limit=500'))
  return items.toSorted((one, other) => one.seq - other.seq)
}

let orgs = 0
/** Creates a new org and the options of an exporter that reports to it. */
async function target(signal: string, compression: (typeof COMPRESSIONS)[number]) {
  orgs += 1
  const org = await mesh.org(`Exporters${orgs}`)
  const { key } = await org.key(['ingest'])
  const headers = { Authorization: `Bearer ${key}` }
  const options = { url: `${mesh.url}/v1/${signal}`, headers, compression: compression as Compression }
  return { reader: org.reader, options }
}

describe.each([
  ['JSON', JsonLogExporter],
  ['protobuf', ProtobufLogExporter],
])('the OpenTelemetry log exporter for %s', (_encoding, Exporter) => {
  test.each(COMPRESSIONS)('works with compression %s', async (compression) => {
    const { reader, options } = await target('logs', compression)
    const provider = new LoggerProvider({
      processors: [new BatchLogRecordProcessor({ exporter: new Exporter(options) })],
    })
    const logger = provider.getLogger('com.anthropic.claude_code.events', '2.1.331')
    const emit = (name: string, attributes: Record<string, string>) =>
      logger.emit({
        body: `claude_code.${name}`,
        attributes: { 'event.name': name, 'session.id': 's-1', ...attributes },
      })
    emit('user_prompt', { prompt: 'Wer bin ich? 🦊' })
    emit('tool_result', {
      tool_name: 'Bash',
      tool_use_id: 'toolu_0123456789abcdef',
      success: 'true',
      tool_parameters: JSON.stringify({ full_command: 'cat /etc/shadow' }),
    })
    await provider.shutdown()

    const stored = await rows(reader)
    expect(stored.map(({ kind, sender, session, snippet }) => ({ kind, sender, session, snippet }))).toMatchObject([
      { kind: 'prompt', sender: 'user', session: 's-1', snippet: 'Wer bin ich? 🦊' },
      { kind: 'tool_call', sender: 'agent.claude-code', session: 's-1', snippet: 'cat /etc/shadow' },
      { kind: 'tool_result', sender: 'tool.Bash', session: 's-1' },
    ])
    expect(stored.map(({ surface, logsource: { service } }) => `${surface} ${service}`)).toEqual(
      stored.map(() => 'otlp claude_code'),
    )
  })
})

describe.each([
  ['JSON', JsonTraceExporter],
  ['protobuf', ProtobufTraceExporter],
])('the OpenTelemetry span exporter for %s', (_encoding, Exporter) => {
  test.each(COMPRESSIONS)('works with compression %s', async (compression) => {
    const { reader, options } = await target('traces', compression)
    const provider = new TracerProvider({
      spanProcessors: [new BatchSpanProcessor({ exporter: new Exporter(options) })],
    })
    const tracer = provider.getTracer('test-agent')
    const parent = tracer.startSpan('invoke_agent ops', {
      attributes: {
        'gen_ai.operation.name': 'invoke_agent',
        'gen_ai.conversation.id': 'c-1',
        'gen_ai.agent.name': 'ops',
      },
    })
    const tool = tracer.startSpan(
      'execute_tool read_file',
      {
        attributes: {
          'gen_ai.operation.name': 'execute_tool',
          'gen_ai.tool.name': 'read_file',
          'gen_ai.tool.call.id': 'call_1',
          'gen_ai.tool.call.arguments': '{"path":"/etc/passwd"}',
          'gen_ai.tool.call.result': 'root:x:0:0',
        },
      },
      trace.setSpan(context.active(), parent),
    )
    tool.end()
    parent.end()
    await provider.shutdown()

    const { traceId, spanId } = tool.spanContext()
    expect(await rows(reader)).toMatchObject([
      {
        kind: 'tool_call',
        session: 'c-1',
        receiver: 'tool.read_file',
        attributes: { trace_id: traceId, span_id: spanId },
      },
      { kind: 'tool_result', session: 'c-1', sender: 'tool.read_file', snippet: 'root:x:0:0' },
    ])
  })
})
