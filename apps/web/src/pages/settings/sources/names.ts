import { AGENTS } from '@sentinelmesh/guides'
import type { SourceRow } from '@sentinelmesh/api'

/** Display name of a source. */
export function nameOf(source: string): string {
  return NAMES[source] ?? AGENTS.find((agent) => agent.source === source)?.name ?? source
}

const NAMES: Readonly<Record<string, string>> = {
  copilot: 'GitHub Copilot',
  ai_sdk: 'Vercel AI SDK',
  gen_ai: 'OpenTelemetry GenAI',
  mcp: 'MCP',
}

export const SURFACE_NAMES: Readonly<Record<SourceRow['surface'], string>> = {
  otlp: 'OpenTelemetry',
  hook: 'Hooks',
  mcp: 'MCP',
  rest: 'REST',
  trpc: 'tRPC',
  import: 'Import',
  demo: 'Demo',
}
