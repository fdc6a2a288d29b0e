import type { SourceRange } from '@sentinelmesh/rules'
import { visible } from '@sentinelmesh/command-line/print'
import { isTerminal, paint } from './paint.ts'

/** The printed fields of the rule engine's `Problem`. Unreadable files have one as well. */
export interface ShownProblem {
  readonly file: string | null
  readonly range: SourceRange
  readonly severity: 'error' | 'warning'
  readonly code: string
  readonly message: string
  readonly mend: string | null
}

/** Characters of a source line to show around the marked range. */
const SOURCE_CHARS = 120

/**
 * Prints `file:line:column severity code message`, then the suggested fix. On a terminal, also prints the line with the
 * range underlined. `text` is the file's text.
 */
export function printProblem(problem: ShownProblem, text: string | null): void {
  const { file, range, severity, code, message, mend } = problem
  const where = `${visible(file ?? '-')}:${range.line}:${range.column}`
  const label = paint(severity === 'error' ? 'red' : 'yellow', severity)
  const lines = [`${paint('bold', where)} ${label} ${paint('dim', code)} ${visible(message)}`]
  if (isTerminal() && text !== null) lines.push(...spot(text, range))
  if (mend !== null) lines.push(`  ${paint('green', 'mend:')} ${visible(mend)}`)
  process.stdout.write(`${lines.join('\n')}\n`)
}

export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : plural}`
}

function spot(text: string, range: SourceRange): string[] {
  const line = lineAt(text, range.line)
  if (line === null || line.trim() === '') return []
  const start = range.column - 1
  const end = range.endLine === range.line ? Math.max(range.endColumn - 1, start + 1) : line.length
  const from = line.length <= SOURCE_CHARS ? 0 : Math.max(0, start - SOURCE_CHARS / 4)
  const shown = line.slice(from, from + SOURCE_CHARS)
  // Escaping control characters makes the text longer, so the underline moves.
  const before = visible(shown.slice(0, start - from))
  const within = visible(shown.slice(start - from, end - from))
  const number = String(range.line)
  const gap = ' '.repeat(number.length)
  return [
    `  ${paint('dim', `${number} |`)} ${visible(shown)}`,
    `  ${paint('dim', `${gap} |`)} ${' '.repeat(before.length)}${paint('red', '^'.repeat(Math.max(1, within.length)))}`,
  ]
}

function lineAt(text: string, line: number): string | null {
  let from = 0
  for (let passed = 1; passed < line; passed++) {
    const end = text.indexOf('\n', from)
    if (end < 0) return null
    from = end + 1
  }
  const end = text.indexOf('\n', from)
  return text.slice(from, end < 0 ? text.length : end).replace(/\r$/, '')
}
