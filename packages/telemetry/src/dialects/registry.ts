import type { TelemetryRecord } from '../otlp/telemetry.ts'
import { aiSdk } from './ai-sdk/ai-sdk.ts'
import { claudeCode } from './claude-code/claude-code.ts'
import { codex } from './codex/codex.ts'
import { copilot } from './copilot/copilot.ts'
import type { Dialect } from './dialect.ts'
import { geminiCli } from './gemini-cli/gemini-cli.ts'
import { genAi } from './gen-ai/gen-ai.ts'
import { mcp } from './mcp/mcp.ts'
import { openInference } from './openinference/openinference.ts'
import { traceloop } from './traceloop/traceloop.ts'

/**
 * All dialects in order of priority, as in the table in `otel/mapping.md` §2. Coding agents come first because their
 * newest spans also carry the attributes of the general dialects; GenAI comes last because most others build on it.
 */
export const DIALECTS: readonly Dialect[] = [
  claudeCode,
  codex,
  geminiCli,
  copilot,
  mcp,
  openInference,
  aiSdk,
  traceloop,
  genAi,
]

/** The first dialect that claims the record; undefined if none does. */
export const dialectOf = (record: TelemetryRecord) => DIALECTS.find((dialect) => dialect.claims(record))
