import { VIEW_LIMITS } from './limits.ts'
import type { ShellWork } from './shell-words.ts'
import { programName, type Started } from './unwrap.ts'
import { picked, slice, trimmed } from './view-text.ts'
import type { Range } from '../match/leaf-place.ts'
import type { ViewText } from '../match/view.ts'

/** The programs that cmd.exe starts for the command, including those that a nested `cmd /c` starts. */
export function cmdPrograms(command: ViewText, work: ShellWork, depth = 0): readonly Started[] {
  const programs: Started[] = []
  if (depth > VIEW_LIMITS.cmdDepth) {
    work.incomplete ??= 'too_deep'
    return programs
  }
  for (const part of partsOf(command)) {
    if (work.commandsLeft-- <= 0) {
      work.incomplete ??= 'too_many'
      return programs
    }
    const program = programIn(part)
    programs.push(program)
    const inner = commandOf(program)
    if (inner !== null) programs.push(...cmdPrograms(inner, work, depth + 1))
  }
  return programs
}

/** The command after `/c` of a nested cmd, without the quotes around it. */
function commandOf({ line, words: [program] }: Started): ViewText | null {
  const flag = programName(program?.text ?? '') === 'cmd' ? /\/[ck]\s*/i.exec(line?.text ?? '') : null
  if (line === null || flag === null) return null
  const { text } = line
  const start = flag.index + flag[0].length
  const isQuoted = text.charAt(start) === '"'
  return slice(line, isQuoted ? start + 1 : start, isQuoted && text.endsWith('"') ? text.length - 1 : text.length)
}

/** Splits a command at `&`, `|`, parentheses and line breaks that are not quoted or escaped with a caret. */
function partsOf(command: ViewText): readonly ViewText[] {
  const { text } = command
  const parts: ViewText[] = []
  let [start, isQuoted] = [0, false]
  for (let at = 0; at <= text.length; at++) {
    const character = text.charAt(at)
    if (character === '^' && !isQuoted) at++
    else if (character === '"') isQuoted = !isQuoted
    else if (at === text.length || character === '\n' || (!isQuoted && '&|()'.includes(character))) {
      // The `&` in `2>&1` is not a separator.
      if (character === '&' && text.charAt(at - 1) === '>') continue
      const part = trimmed(slice(command, start, at))
      if (part.text !== '') parts.push(part)
      start = at + 1
      isQuoted = false
    }
  }
  return parts
}

/** Text before a program that is not part of it. */
const PREFIX = /^(?:@|(?:call|do|else)[ \t]+)*/i
/** A slash ends a program's name, as in `whoami/all`, unless it follows a drive letter. */
const NAME = /^(?![a-z]:\/)[^\s"/]+(?=\/)/i
const WORD = /(?:"[^"]*"?|\^.|[^\s"^])+/g
const REDIRECT = /\d?(>>?|<)(?!&)[ \t]*("[^"]*"?|[^\s"<>]*)|\d?[<>]&\d?/y

/** Parses one program. Its line ends at the first redirection, which usually only other redirections follow. */
function programIn(part: ViewText): Started {
  const { text } = part
  const redirects: { operator: string; target: ViewText }[] = []
  let end = text.length
  let isQuoted = false
  for (let at = 0; at < text.length;) {
    if (text.charAt(at) === '"') isQuoted = !isQuoted
    REDIRECT.lastIndex = at
    const found = isQuoted || !/[\d<>]/.test(text.charAt(at)) ? null : REDIRECT.exec(text)
    if (found === null) {
      at++
      continue
    }
    const [whole, operator, target = ''] = found
    end = Math.min(end, at)
    at += whole.length
    if (operator !== undefined) redirects.push({ operator, target: unquoted(slice(part, at - target.length, at)) })
  }
  const line = trimmed(slice(part, PREFIX.exec(text)?.[0].length ?? 0, end))
  const name = slice(line, 0, NAME.exec(line.text)?.[0].length ?? 0)
  const words = wordsIn(slice(line, name.text.length, line.text.length))
  if (name.text !== '') words.unshift(unquoted(name))
  return { pipeline: 0, assignments: [], line: words.length === 0 ? null : line, words, redirects, documents: [] }
}

const wordsIn = (line: ViewText) =>
  [...line.text.matchAll(WORD)].map(({ 0: word, index }) => unquoted(slice(line, index, index + word.length)))

/** Removes quotes, and carets, which escape the next character. */
function unquoted(word: ViewText): ViewText {
  const { text } = word
  if (!/["^]/.test(text)) return word
  const parts: Range[] = []
  let [kept, isQuoted] = [0, false]
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at)
    if (character === '"') isQuoted = !isQuoted
    else if (character !== '^' || isQuoted) continue
    parts.push({ start: kept, end: at })
    kept = at + 1
    if (character === '^') at++
  }
  return picked(
    word,
    [...parts, { start: kept, end: text.length }].filter(({ start, end }) => end > start),
  )
}
