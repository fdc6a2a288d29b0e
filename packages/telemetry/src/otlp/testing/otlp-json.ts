/** The parts of OTLP's JSON that the receiver reads. 64-bit integers and instants are decimal texts. */
export interface AnyValueJson {
  readonly stringValue?: string
  readonly boolValue?: boolean
  readonly intValue?: string
  readonly doubleValue?: number
  /** Base64. */
  readonly bytesValue?: string
  readonly arrayValue?: { readonly values: readonly AnyValueJson[] }
  readonly kvlistValue?: { readonly values: readonly KeyValueJson[] }
}

export interface KeyValueJson {
  readonly key: string
  readonly value: AnyValueJson
}

export interface LogRecordJson {
  readonly timeUnixNano?: string
  readonly observedTimeUnixNano?: string
  readonly eventName?: string
  readonly body?: AnyValueJson
  readonly attributes?: readonly KeyValueJson[]
  readonly traceId?: string
  readonly spanId?: string
}

export interface SpanJson {
  readonly traceId?: string
  readonly spanId?: string
  readonly parentSpanId?: string
  readonly name?: string
  readonly startTimeUnixNano?: string
  readonly endTimeUnixNano?: string
  readonly attributes?: readonly KeyValueJson[]
  readonly events?: readonly {
    readonly name?: string
    readonly attributes?: readonly KeyValueJson[]
  }[]
  readonly status?: { readonly code?: number; readonly message?: string }
}

interface OfResource {
  readonly resource?: { readonly attributes: readonly KeyValueJson[] }
}

interface OfScope {
  readonly scope?: { readonly name?: string }
}

export interface LogsJson {
  readonly resourceLogs?: readonly (OfResource & {
    readonly scopeLogs?: readonly (OfScope & { readonly logRecords?: readonly LogRecordJson[] })[]
  })[]
}

export interface TracesJson {
  readonly resourceSpans?: readonly (OfResource & {
    readonly scopeSpans?: readonly (OfScope & { readonly spans?: readonly SpanJson[] })[]
  })[]
}
