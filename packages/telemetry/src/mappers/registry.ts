import { aiSdk } from './ai-sdk.ts'
import { claudeCode } from './claude-code.ts'
import { codex } from './codex.ts'
import { copilot } from './copilot.ts'
import { genAi } from './gen-ai.ts'
import { geminiCli } from './gemini-cli.ts'
import type { SourceName } from './mapped-entry.ts'
import type { Mapper } from './mapper.ts'
import { mcp } from './mcp.ts'
import { openInference } from './openinference.ts'
import { traceloop } from './traceloop.ts'

/** Who reads the records of a source. */
export const MAPPERS: Readonly<Record<SourceName, Mapper>> = {
  claude_code: claudeCode,
  codex,
  gemini_cli: geminiCli,
  copilot,
  mcp,
  openinference: openInference,
  ai_sdk: aiSdk,
  traceloop,
  gen_ai: genAi,
}
