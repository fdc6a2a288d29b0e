import { claudeCode } from './claude-code.ts'
import { codex } from './codex.ts'
import { geminiCli } from './gemini-cli.ts'
import type { SourceName } from './mapped-entry.ts'
import type { Mapper } from './mapper.ts'

/** Who reads the records of a source. */
export const MAPPERS: Partial<Record<SourceName, Mapper>> = {
  claude_code: claudeCode,
  codex,
  gemini_cli: geminiCli,
}
