import { AGENTS } from '@sentinelmesh/api/agents'
import type { SourceRow } from '@sentinelmesh/api'

/** What a source is called by those who run it; the source itself where several agents or none share it. */
export function nameOf(source: string): string {
  const agents = AGENTS.filter((agent) => agent.source === source)
  const [first] = agents
  if (first === undefined) return source
  return agents.length === 1 ? first.name : (SHARED[source] ?? first.name)
}

const SHARED: Readonly<Record<string, string>> = {
  copilot: 'GitHub Copilot',
  ai_sdk: 'Vercel AI SDK',
  gen_ai: 'OpenTelemetry GenAI',
}

export const WAYS: Readonly<Record<SourceRow['surface'], string>> = {
  otlp: 'OpenTelemetry',
  hook: 'Hooks',
  mcp: 'MCP',
  rest: 'REST',
  trpc: 'tRPC',
  import: 'Import',
  demo: 'Demo',
}
