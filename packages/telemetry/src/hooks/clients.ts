import type { HookClient } from '@sentinelmesh/api/hooks'
import { claudeHook } from './claude.ts'
import { codexHook } from './codex.ts'
import { copilotHook } from './copilot.ts'
import { cursorHook } from './cursor.ts'
import { geminiHook } from './gemini.ts'
import type { HookMapper } from './hook-mapper.ts'
import { vscodeHook } from './vscode.ts'
import { windsurfHook } from './windsurf.ts'

/** The hook mapper of each client. */
export const HOOK_MAPPERS: Readonly<Record<HookClient, HookMapper>> = {
  claude: claudeHook,
  codex: codexHook,
  gemini: geminiHook,
  copilot: copilotHook,
  vscode: vscodeHook,
  cursor: cursorHook,
  windsurf: windsurfHook,
}
