import type { ShellWork } from './read-shell.ts'
import type { Started } from './unwrap.ts'
import { slice, trimmed } from './view-text.ts'
import type { ViewText } from '../match/view.ts'

/** The programs that cmd.exe starts for the command. */
export function cmdPrograms(command: ViewText, work: ShellWork): readonly Started[] {
  const programs: Started[] = []
  for (const part of partsOf(command)) {
    if (work.commandsLeft-- <= 0) {
      work.incomplete ??= 'too_many'
      return programs
    }
    programs.push(programIn(part))
  }
  return programs
}

/** What `&`, `|`, parentheses and line breaks part, where no quote or caret says that they are letters. */
function partsOf(command: ViewText): readonly ViewText[] {
  const { text } = command
  const parts: ViewText[] = []
  let [start, isQuoted] = [0, false]
  for (let at = 0; at <= text.length; at++) {
    const character = text.charAt(at)
    if (character === '^' && !isQuoted) at++
    else if (character === '"') isQuoted = !isQuoted
    else if (at === text.length || character === '\n' || (!isQuoted && '&|()'.includes(character))) {
      // `2>&1`
      if (character === '&' && text.charAt(at - 1) === '>') continue
      const part = trimmed(slice(command, start, at))
      if (part.text !== '') parts.push(part)
      start = at + 1
      isQuoted = false
    }
  }
  return parts
}

const WORD = /(?:"[^"]*"?|\^.|[^\s"^])+/g
const REDIRECT = /\d?(>>?|<)(?!&)[ \t]*("[^"]*"?|[^\s"<>]*)|\d?[<>]&\d?/y

/** The line ends with its first redirection: what follows is redirections as a rule. */
function programIn(part: ViewText): Started {
  const { text } = part
  const redirects: { operator: string; target: ViewText }[] = []
  let end = text.length
  let isQuoted = false
  for (let at = 0; at < text.length;) {
    if (text.charAt(at) === '"') isQuoted = !isQuoted
    REDIRECT.lastIndex = at
    const found = isQuoted ? null : REDIRECT.exec(text)
    if (found === null) {
      at++
      continue
    }
    const [whole, operator, target = ''] = found
    end = Math.min(end, at)
    at += whole.length
    if (operator !== undefined) redirects.push({ operator, target: unquoted(slice(part, at - target.length, at)) })
  }
  const line = trimmed(slice(part, text.startsWith('@') ? 1 : 0, end))
  const words = [...line.text.matchAll(WORD)].map(({ 0: word, index }) =>
    unquoted(slice(line, index, index + word.length)),
  )
  return { line: words.length === 0 ? null : line, words, redirects, documents: [] }
}

function unquoted(word: ViewText): ViewText {
  const { text } = word
  return /^".*"$/s.test(text) && text.length > 1 ? slice(word, 1, text.length - 1) : word
}
