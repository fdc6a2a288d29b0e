import type { Attributes, Resource, TelemetryRecord } from '../otlp/telemetry.ts'
import type { SourceName } from './mapped-entry.ts'

/**
 * Which mapper reads a record: the first test that holds decides, in the order of the table in `otel/mapping.md` §2.
 * Null: no mapper knows it.
 */
export function sourceOf(record: TelemetryRecord): SourceName | null {
  return agentOf(record) ?? dialectOf(record)
}

/** Coding agents come first: their newest spans carry the attributes of the dialects as well. */
function agentOf(record: TelemetryRecord): SourceName | null {
  const service = serviceOf(record.resource)
  const event = record.type === 'log' ? record.eventName : ''
  const span = record.type === 'span' ? record.name : ''
  if (record.scope.name.startsWith('com.anthropic.claude_code') || span.startsWith('claude_code.')) return 'claude_code'
  if (event.startsWith('codex.') || service.startsWith('codex')) return 'codex'
  if (event.startsWith('gemini_cli.') || service === 'gemini-cli') return 'gemini_cli'
  if (service === 'github-copilot' || service === 'copilot-chat' || event.startsWith('copilot_chat.')) return 'copilot'
  return null
}

function dialectOf(record: TelemetryRecord): SourceName | null {
  const { attributes, scope } = record
  if (attributes.has('mcp.method.name')) return 'mcp'
  if (attributes.has('openinference.span.kind')) return 'openinference'
  if (attributes.has('ai.operationId') || scope.name === 'ai' || scope.name === 'gen_ai') return 'ai_sdk'
  if (attributes.has('llm.request.type') || hasPrefix(attributes, 'traceloop.')) return 'traceloop'
  if (hasPrefix(attributes, 'gen_ai.') || eventNames(record).some((name) => name.startsWith('gen_ai.'))) return 'gen_ai'
  return null
}

function eventNames(record: TelemetryRecord): readonly string[] {
  return record.type === 'log' ? [record.eventName] : record.events.map(({ name }) => name)
}

function serviceOf({ attributes }: Resource): string {
  const service = attributes.get('service.name')
  return typeof service === 'string' ? service : ''
}

function hasPrefix(attributes: Attributes, prefix: string): boolean {
  for (const name of attributes.keys()) if (name.startsWith(prefix)) return true
  return false
}
