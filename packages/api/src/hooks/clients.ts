import type { HookClientSpec } from './client.ts'
import { claude } from './clients/claude.ts'
import { codex } from './clients/codex.ts'
import { copilot } from './clients/copilot.ts'
import { cursor } from './clients/cursor.ts'
import { gemini } from './clients/gemini.ts'
import { vscode } from './clients/vscode.ts'
import { windsurf } from './clients/windsurf.ts'

/** Coding agents whose hooks request verdicts, in display order. */
export const CLIENTS = { claude, codex, gemini, copilot, vscode, cursor, windsurf } as const satisfies Readonly<
  Record<string, HookClientSpec>
>

export type HookClient = keyof typeof CLIENTS
export const HOOK_CLIENTS = Object.keys(CLIENTS) as [HookClient, ...HookClient[]]

/** Clients that are implemented from documentation and not yet confirmed by a recording. */
export const EXPERIMENTAL_CLIENTS: ReadonlySet<HookClient> = new Set(
  HOOK_CLIENTS.filter((name) => specOf(name).isExperimental),
)

/** The media type of a whole `HookOutput`, which the hook program accepts. Other clients call the server directly. */
export const HOOK_MEDIA_TYPE = 'application/vnd.sentinelmesh.hook+json'

/** The limit on a hook's input, which is sent and stored unchanged. */
export const HOOK_INPUT_BYTES = 8 * 1024 * 1024

export function isHookClient(name: string): name is HookClient {
  return Object.hasOwn(CLIENTS, name)
}

export function specOf(name: HookClient): HookClientSpec {
  return CLIENTS[name]
}
