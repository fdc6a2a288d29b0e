import type { MappedEntry } from '../mappers/mapped-entry.ts'

export const HOOK_CLIENTS = ['claude', 'codex', 'gemini', 'copilot', 'vscode', 'cursor', 'windsurf'] as const
export type HookClient = (typeof HOOK_CLIENTS)[number]

/** Written from documentation; no recording has shown yet that they hold. */
export const EXPERIMENTAL_CLIENTS: ReadonlySet<HookClient> = new Set(['vscode', 'cursor', 'windsurf'])

/** What an answer to a hook can still keep from happening: a call, a result that the model would read, a prompt. */
export type HookStage = 'before_tool' | 'after_tool' | 'prompt' | 'other'

/** One hook call, read. */
export interface HookCall {
  /** As the client names it; null where the input is not what a hook of this client gives. */
  readonly event: string | null
  readonly stage: HookStage
  /** As the client names it; null where the event is about no tool. */
  readonly toolName: string | null
  /** Null where the event tells nothing, or nothing that other events do not. */
  readonly entry: MappedEntry | null
}

/** Reads what a client's hook gives on stdin, parsed. Pure, and total: it never throws. */
export type HookMapper = (input: unknown) => HookCall
