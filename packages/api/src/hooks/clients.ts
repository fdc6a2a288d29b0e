/** Coding agents whose hooks ask for a verdict. */
export const HOOK_CLIENTS = ['claude', 'codex', 'gemini', 'copilot', 'vscode', 'cursor', 'windsurf'] as const
export type HookClient = (typeof HOOK_CLIENTS)[number]

/** Read and answered by their documentation: no recording has shown yet that it holds. */
export const EXPERIMENTAL_CLIENTS: ReadonlySet<HookClient> = new Set(['vscode', 'cursor', 'windsurf'])

/** What the hook program accepts: the whole answer. Who accepts something else is a client that calls by itself. */
export const HOOK_MEDIA_TYPE = 'application/vnd.sentinelmesh.hook+json'

/** Of a hook's input, which is sent and kept unchanged. */
export const HOOK_INPUT_BYTES = 8 * 1024 * 1024

export function isHookClient(name: string): name is HookClient {
  return (HOOK_CLIENTS as readonly string[]).includes(name)
}
