import { entryFields, textsOf } from './tool-call.ts'
import { newView } from './new-view.ts'
import { actionFields, pipelinesOf, type Read } from './action-views.ts'
import { programsIn } from './unwrap.ts'
import { slice } from './view-text.ts'
import { newShellWork } from './shell-words.ts'
import type { Entry } from '../entry.ts'
import type { View, ViewText } from '../match/view.ts'

/** Limits for the commands that a definition shows. */
const LIMITS = {
  /** UTF-16 units of a definition that are read. */
  chars: 65_536,
  /** Commands that are read. */
  commands: 64,
  /** UTF-16 units of one command. */
  commandChars: 2_048,
} as const

/**
 * Derives what a tool's definition or a skill tells an agent to run: a view `told_action` for each command in it. A
 * command is a line of a code fence, a text in backticks, a value of a key such as `command`, or what stands after a
 * prompt or `run`.
 */
export function toldViews(entry: Entry, first: number): readonly View[] {
  const own = entryFields(entry)
  const work = newShellWork()
  const views: View[] = []
  let left: number = LIMITS.commands
  for (const text of textsOf(entry))
    for (const command of commandsIn(slice(text, 0, LIMITS.chars))) {
      if (left-- <= 0) return views
      for (const reads of pipelinesOf(work, programsIn(command, work))) {
        if (reads.every(({ does }) => does.length === 0)) continue
        const fields = fieldsOf(reads)
        views.push(
          newView({
            logsource: { category: 'told_action' },
            has: (field) => fields.has(field),
            fields: () => fields,
            index: views.length,
            number: first + views.length,
            entry: own,
          }),
        )
      }
    }
  return views
}

function fieldsOf(reads: readonly Read[]): ReadonlyMap<string, readonly ViewText[]> {
  const fields = Object.entries(actionFields(reads)).map(([name, value]) => {
    return [name, 'text' in value ? [value] : value] as const
  })
  return new Map(fields.filter(([, values]) => values.length > 0))
}

/** Where a text shows a command. The command is the first group. */
const COMMAND =
  /(?:^|\n)[ \t]{0,8}(?:[-*][ \t]+)?(?:\$|#|>|PS>)[ \t]+([^\n]+)|`{1,2}([^`\n]+)`|(?:^|\n)[ \t]{0,8}((?:sudo[ \t]+)?(?:curl|wget|bash|sh|nc|ncat|python3?|node|perl|ruby|php|powershell|iwr|irm|find|cat|tar|scp|rsync|chmod|echo|eval|source|hydra|sqlmap|nmap|msfconsole|sqlite3|base64|openssl|socat|crontab|security|printf|npx|docker|kubectl|git|cp|mv|rm|dd)[ \t][^\n]+)|\b(?:[rR]un|RUN|[eE]xecute|EXECUTE|command|post_?install|pre_?install|install|startup|hook)[ \t]{0,3}["']?[ \t]{0,3}:?[ \t]{0,3}["']?((?:sudo[ \t]+)?(?:curl|wget|bash|sh|nc|ncat|python3?|node|perl|powershell|iwr|eval|echo|cat|find|tar|base64|npx)[ \t][^\n]+)/g

function commandsIn(text: ViewText): readonly ViewText[] {
  const commands: ViewText[] = []
  for (const found of text.text.matchAll(COMMAND)) {
    const shown = found.slice(1).find((group) => group !== undefined) ?? ''
    const start = found.index + found[0].indexOf(shown)
    commands.push(slice(text, start, start + Math.min(shown.length, LIMITS.commandChars)))
    if (commands.length >= LIMITS.commands) break
  }
  return commands
}
