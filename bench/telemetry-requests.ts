import { decodeJson } from '../packages/telemetry/src/otlp/decode-json.ts'
import { encodeLogs } from '../packages/telemetry/src/otlp/testing/encode-protobuf.ts'
import type { LogRecordJson, LogsJson } from '../packages/telemetry/src/otlp/testing/otlp-json.ts'
import { claudeCode } from '../packages/telemetry/src/dialects/claude-code/claude-code.ts'
import { asSent } from '../packages/telemetry/src/mappers/testing/entries.ts'

/** The records are sent as telemetry in one of two encodings, or as the resulting entries. */
export type TelemetryForm = 'json' | 'protobuf' | 'entries'

/**
 * Returns a body with the texts as Claude Code's log records of prompts and responses. Each record becomes one entry
 * and has its own session, whose id comes from `idOf`.
 */
export function telemetry(form: TelemetryForm, texts: readonly string[], idOf: (index: number) => string): Buffer {
  const request: LogsJson = {
    resourceLogs: [
      {
        resource: { attributes: [attribute('service.name', 'claude-code'), attribute('service.version', '2.1.331')] },
        scopeLogs: [{ scope: { name: 'com.anthropic.claude_code.events' }, logRecords: texts.map(recordOf) }],
      },
    ],
  }
  const json = Buffer.from(JSON.stringify(request))
  if (form === 'json') return json
  return form === 'protobuf' ? encodeLogs(request) : Buffer.from(JSON.stringify(entriesOf(json)))

  function recordOf(text: string, index: number): LogRecordJson {
    const [name, key] = index % 2 === 0 ? ['user_prompt', 'prompt'] : ['assistant_response', 'response']
    const timeUnixNano = `${BEGIN_MS + index}000000`
    return {
      timeUnixNano,
      observedTimeUnixNano: timeUnixNano,
      body: { stringValue: `claude_code.${name}` },
      attributes: [
        attribute('event.name', name),
        attribute('event.timestamp', new Date(BEGIN_MS + index).toISOString()),
        attribute('session.id', idOf(index)),
        attribute('user.id', USER),
        attribute('terminal.type', 'xterm'),
        attribute('model', 'claude-sonnet'),
        attribute(`${key}_length`, String(text.length)),
        attribute(key, text),
      ],
    }
  }

  function entriesOf(body: Buffer): object[] {
    const mapped = [...decodeJson(body, 'logs')].flatMap((read) => {
      const record = read?.()
      return record?.type === 'log' ? claudeCode.log(record) : []
    })
    return mapped.map((entry, index) => ({ ...asSent(entry), id: idOf(index) }))
  }
}

const BEGIN_MS = Date.UTC(2026, 0, 5, 9)
const USER = '0123456789abcdef'.repeat(4)

const attribute = (key: string, stringValue: string) => ({ key, value: { stringValue } })
