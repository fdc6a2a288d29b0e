/** One log record of OpenTelemetry's GenAI conventions in both encodings of OTLP, small enough to encode by hand. */
export interface DoctorRecord {
  readonly service: string
  readonly session: string
  readonly text: string
  /** Nanoseconds since 1970. */
  readonly timeNanos: bigint
}

const EVENT = 'gen_ai.user.message'

export function logsAsJson({ service, session, text, timeNanos }: DoctorRecord): string {
  const attribute = (key: string, value: string) => ({ key, value: { stringValue: value } })
  return JSON.stringify({
    resourceLogs: [
      {
        resource: { attributes: [attribute('service.name', service)] },
        scopeLogs: [
          {
            scope: { name: 'sentinelmesh.doctor' },
            logRecords: [
              {
                timeUnixNano: String(timeNanos),
                body: { kvlistValue: { values: [attribute('content', text)] } },
                attributes: [attribute('event.name', EVENT), attribute('gen_ai.conversation.id', session)],
              },
            ],
          },
        ],
      },
    ],
  })
}

/** Field numbers of opentelemetry-proto v1: `logs.proto`, `common.proto`, `resource.proto`. */
export function logsAsProtobuf({ service, session, text, timeNanos }: DoctorRecord): Uint8Array {
  const attribute = (number: number, key: string, value: string) => message(number, [string(1, key), anyText(2, value)])
  const resource = message(1, [attribute(1, 'service.name', service)])
  const scope = message(1, [string(1, 'sentinelmesh.doctor')])
  const body = message(5, [message(6, [attribute(1, 'content', text)])])
  const record = message(2, [
    fixed64(1, timeNanos),
    body,
    attribute(6, 'event.name', EVENT),
    attribute(6, 'gen_ai.conversation.id', session),
  ])
  return message(1, [resource, message(2, [scope, record])])
}

const LENGTH_DELIMITED = 2
const FIXED_64 = 1

function message(number: number, fields: readonly Uint8Array[]): Buffer {
  const inside = Buffer.concat(fields)
  return Buffer.concat([tag(number, LENGTH_DELIMITED), varint(inside.length), inside])
}

const string = (number: number, text: string) => message(number, [Buffer.from(text, 'utf8')])
const anyText = (number: number, text: string) => message(number, [string(1, text)])

function fixed64(number: number, value: bigint): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(value)
  return Buffer.concat([tag(number, FIXED_64), bytes])
}

const tag = (number: number, wireType: number) => varint((number << 3) | wireType)

function varint(value: number): Buffer {
  const bytes: number[] = []
  for (let rest = value; ; rest >>>= 7) {
    if (rest < 0x80) return Buffer.from([...bytes, rest])
    bytes.push((rest & 0x7f) | 0x80)
  }
}
