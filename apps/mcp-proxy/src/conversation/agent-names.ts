import { isObject, shortName } from '../json-rpc/message.ts'

/**
 * Maps the name in `clientInfo` to the agent name that hooks and telemetry use. Recorded from Codex 0.171.0 and Gemini CLI
 * 0.61.0; the other names are from the list in apify/mcp-client-capabilities.
 */
const AGENTS: ReadonlyMap<string, string> = new Map([
  ['codex-mcp-client', 'codex'],
  ['Codex', 'codex'],
  ['gemini-cli-mcp-client', 'gemini-cli'],
  ['github-copilot-developer', 'github-copilot'],
  ['Visual Studio Code', 'copilot-chat'],
  ['Visual-Studio-Code', 'copilot-chat'],
  ['cursor-vscode', 'cursor'],
  ['windsurf-client', 'windsurf'],
  ['Windsurf', 'windsurf'],
])

/**
 * The agent that sends a request with these parameters: by `clientInfo` of `initialize`, or by `_meta` in protocol versions
 * without a handshake. Null if the client does not identify itself. An unknown client keeps its own name.
 */
export function agentIn(params: unknown): string | null {
  if (!isObject(params)) return null
  const { clientInfo, _meta: meta } = params
  const client = isObject(clientInfo)
    ? clientInfo
    : isObject(meta)
      ? meta['io.modelcontextprotocol/clientInfo']
      : undefined
  const name = isObject(client) ? client['name'] : undefined
  if (typeof name !== 'string' || name === '') return null
  const short = shortName(name)
  return AGENTS.get(short) ?? short
}
