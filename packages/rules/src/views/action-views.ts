import type { ViewDraft } from './draft.ts'
import { programName, type Started } from './unwrap.ts'
import { joined, made, slice, spaced, trimmed } from './view-text.ts'
import type { Capability, ObjectClass } from '../actions/capabilities.ts'
import { VIEW_LIMITS } from './limits.ts'
import { ACTION_LIMITS } from '../actions/limits.ts'
import {
  capabilitiesIn,
  capabilitiesOf,
  capabilitiesOfCode,
  objectsIn,
  WINDOWS_ONLY,
  type Command,
  type Sign,
} from '../actions/read-actions.ts'
import type { ShellWork } from './shell-words.ts'
import type { ViewText } from '../match/view.ts'

/** A command and what it does. */
export interface Read {
  readonly program: string
  readonly text: ViewText
  readonly does: readonly Sign<Capability>[]
  /** Called only if a rule can match. */
  touches(): readonly Sign<ObjectClass>[]
}

const WRITES = new Set(['>', '>>', '>|', '&>', '&>>', '>&'])
const OVERWRITES = new Set(['>', '>|', '&>'])
/** What bash and gawk connect to the network. A line that is written to it is only a test of the port. */
const SOCKET = /^\/dev\/(?:tcp|udp)\//
const NO_FILE = /^(?:\d+-?|-|\/dev\/(?:null|stdin|stdout|stderr|tty|fd\/\d+))$/

/** Adds a view `action` for a script in a language that no table reads. */
export function addCodeAction(draft: ViewDraft, code: ViewText): void {
  const does = capabilitiesOfCode(code.text)
  if (does.length > 0) addActions(draft, [[{ program: '', text: code, does, touches: () => objectsIn(code.text) }]])
}

/**
 * Adds a view `action` for each pipeline of a shell script, with what its programs do and what they work on, and a view
 * `script` with what all of them do.
 */
export function addUnixActions(draft: ViewDraft, programs: readonly Started[]): void {
  addActions(draft, pipelinesOf(draft.work, programs))
}

/** What the programs do, pipeline by pipeline. */
export function pipelinesOf(work: ShellWork, programs: readonly Started[]): readonly (readonly Read[])[] {
  const pipelines = new Map<number, Read[]>()
  for (const program of programs) {
    const read = readStarted(work, program)
    if (read === null) continue
    const known = pipelines.get(program.pipeline)
    if (known === undefined) pipelines.set(program.pipeline, [read])
    else known.push(read)
  }
  return [...pipelines.values()]
}

function readStarted(work: ShellWork, { words, assignments, redirects }: Started): Read | null {
  const [program] = words
  const targets = redirects.filter(({ operator, target }) => WRITES.has(operator) && !NO_FILE.test(target.text))
  if (program === undefined && targets.length === 0) return null
  const text = spaced([...assignments, ...words, ...targets.map(({ target }) => target)])
  if (!affords(work, text)) return null
  const name = programName(program?.text ?? '')
  const before = lengthOf(assignments)
  const argumentsAt = Math.min(text.text.length, before + (program === undefined ? 0 : program.text.length + 1))
  const argumentsEnd = Math.max(argumentsAt, before + lengthOf(words) - 1)
  const command = { program: name, text: text.text, argumentsAt, argumentsEnd }
  const does = [...capabilitiesOf(command, 'unix'), ...capabilitiesIn(text.text, 'unix')]
  const socket = redirects.find(({ target }) => SOCKET.test(target.text))
  if (socket !== undefined) {
    const at = text.text.indexOf(socket.target.text)
    const place = at < 0 ? { start: 0, end: name.length } : { start: at, end: at + socket.target.text.length }
    does.push({ name: socket.operator === '>' || socket.operator === '>>' ? 'sends' : 'network_shell', ...place })
  }
  const [first] = targets
  const touches = () => objectsIn(text.text)
  if (first === undefined) return { program: name, text, does, touches }
  const end = text.text.length
  const place = { start: end - first.target.text.length, end }
  does.push({ name: 'writes', ...place })
  for (const { operator, target } of targets) {
    if (!OVERWRITES.has(operator)) continue
    does.push({ name: 'overwrites', ...place })
    const replaced = objectsIn(target.text)
    if (replaced.some(({ name: what }) => what === 'logs' || what === 'history'))
      does.push({ name: 'clears_logs', ...place })
    if (replaced.some(({ name: what }) => what === 'device')) does.push({ name: 'destroys', ...place })
  }
  return { program: name, text, does, touches }
}

/** The length of the texts, each followed by a space. */
const lengthOf = (texts: readonly ViewText[]) => texts.reduce((sum, { text }) => sum + text.length + 1, 0)

function affords(work: ShellWork, { text }: ViewText): boolean {
  const { chars, totalChars, shortChars } = ACTION_LIMITS
  if (text.length > chars) work.incomplete ??= 'too_long'
  if (text.length <= shortChars) return true
  work.actionChars += Math.min(text.length, chars)
  if (work.actionChars <= totalChars) return true
  work.incomplete ??= 'too_long'
  return false
}

/**
 * Adds the actions of a script of which the shell parser gave up on a part. It splits at what ends a command in a shell,
 * and does not know quotes.
 */
export function addUnreadActions(draft: ViewDraft, script: ViewText): void {
  const lines = splitAt(script, /[;&|\n()]/y, NO_QUOTES)
  const reads = [
    ...lines.slice(0, VIEW_LIMITS.commands),
    ...lines.slice(VIEW_LIMITS.commands).slice(-VIEW_LIMITS.commands),
  ]
  addActions(
    draft,
    reads.flatMap((text) => {
      if (!affords(draft.work, text)) return []
      const { program, ...given } = windowsProgram(text.text)
      const command = { program, text: text.text, ...given }
      const does = [...capabilitiesOf(command, 'unix'), ...capabilitiesIn(text.text, 'unix')]
      return [[{ program, text, does, touches: () => objectsIn(text.text) }]]
    }),
  )
}

const NO_QUOTES: ReadonlySet<string> = new Set()

/** Words that only cmd.exe, PowerShell and paths of Windows have. */
const WINDOWS =
  /\b[A-Za-z]:\\|%(?:\w{2,30}(?:\(x86\))?)%|\$env:|\bHK(?:LM|CU|CR|U)\b|\bHKEY_|\b(?:Get|Set|New|Remove|Add|Invoke|Start|Stop|Import|Export|Enable|Disable|Register|Out|Copy|Test|Write|ConvertTo|Expand|Compress|Clear|Install|Uninstall|Select|Where|ForEach|Restart|Move|Rename)-[A-Z]\w|\.(?:exe|ps1|bat|cmd|dll|vbs|hta|msi|sct|cpl)\b|\[(?:System|Net|IO|Convert|Text|Reflection|Ref)\b/i
/** Programs that only Windows has, at the beginning of a line. */
const WINDOWS_PROGRAM = new RegExp(`^\\s{0,9}(?:${[...WINDOWS_ONLY].join('|')})\\b`, 'im')

export const looksLikeWindows = (text: string) => WINDOWS.test(text) || WINDOWS_PROGRAM.test(text)

/** Adds the actions of a script for cmd.exe or PowerShell. It splits at what separates commands in both of them. */
export function addWindowsActions(draft: ViewDraft, script: ViewText): void {
  const pipelines: Read[][] = []
  for (const line of linesOf(script).slice(0, VIEW_LIMITS.commands)) {
    if (!affords(draft.work, line)) continue
    const stages = stagesOf(line).map((stage): Read => {
      const { text } = stage
      const { program, ...given } = windowsProgram(text)
      const does = capabilitiesOf({ program, text, ...given }, 'windows')
      return { program, text: stage, does, touches: () => objectsIn(text) }
    })
    // Words of PowerShell stand anywhere in a pipeline.
    const does = capabilitiesIn(line.text, 'windows')
    pipelines.push(does.length === 0 ? stages : [{ program: '', text: line, does, touches: () => [] }, ...stages])
  }
  addActions(draft, pipelines)
}

/** Text before the program: other shells, and what calls a program. */
const LEAD =
  /^(?:[@&({\s]+|(?:sudo|nohup|env|exec|time|start|call|do|then|else|try|if)\b(?:\s+(?:\/\w+|"[^"]{0,80}"))*\s+|\$[\w:]{1,40}\s?=\s?|["']?(?:\S{0,80}[\\/])?(?:cmd|%comspec%)(?:\.exe)?["']?\s+(?:\/\w(?::\w+)?\s*)*\/[ck]\s*["']?|start-process\s+(?:-\w+\s+)?|foreach\s*\([^)]{0,80}\)\s*\{?)/i

function windowsProgram(text: string): Omit<Command, 'text'> {
  let at = 0
  for (let turn = 0; turn < 6; turn++) {
    const lead = LEAD.exec(text.slice(at))?.[0].length ?? 0
    if (lead === 0) break
    at += lead
  }
  const rest = text.slice(at)
  const word = /^(?:"[^"]{1,260}"|'[^']{1,260}'|[^\s"'|;(){}]{1,260})/.exec(rest)?.[0] ?? ''
  const program = programName(word.replaceAll(/["'^]/g, '').replace(/\.(?:com|ps1)$/i, ''))
  return { program, argumentsAt: Math.min(text.length, at + word.length), argumentsEnd: text.length }
}

/** Splits at line breaks, `;`, `&&`, `||` and `&` outside quotes. */
const linesOf = (script: ViewText) => splitAt(script, /\r?\n|;|&&|\|\||&(?=\s|$)/y)
/** Splits at `|`. */
const stagesOf = (line: ViewText) => splitAt(line, /\|/y)

const QUOTES: ReadonlySet<string> = new Set(['"', "'"])

function splitAt(source: ViewText, separator: RegExp, quotes = QUOTES): readonly ViewText[] {
  const { text } = source
  const parts: ViewText[] = []
  let start = 0
  let quote = ''
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at)
    if (character === '\n') quote = ''
    if (quote !== '') {
      if (character === quote) quote = ''
      continue
    }
    separator.lastIndex = at
    const found = separator.exec(text)
    if (found !== null) {
      parts.push(slice(source, start, at))
      start = at + found[0].length
      at = start - 1
    } else if (quotes.has(character)) quote = character
  }
  parts.push(slice(source, start, text.length))
  return parts.map(trimmed).filter((part) => part.text !== '')
}

function addActions(draft: ViewDraft, pipelines: readonly (readonly Read[])[]): void {
  const telling = pipelines.filter((reads) => reads.some(({ does }) => does.length > 0))
  for (const reads of telling) draft.add({ category: 'action' }, actionFields(reads))
  // A script can name a file in one command and use it in another.
  if (telling.length > 0 && pipelines.length > 1) draft.add({ category: 'script' }, actionFields(pipelines.flat()))
}

/** The fields of a view of the commands. */
export function actionFields(reads: readonly Read[]): Readonly<Record<string, ViewText | readonly ViewText[]>> {
  return {
    Does: valuesOf(reads, ({ does }) => does),
    Touches: valuesOf(reads, ({ touches }) => touches()),
    Program: reads.filter(({ program }) => program !== '').map(({ program, text }) => made(program, text)),
    Action: joined(reads.flatMap((read, index) => (index === 0 ? [shown(read)] : [SEPARATOR, shown(read)]))),
  }
}

const shown = ({ text }: Read) =>
  text.text.length > ACTION_LIMITS.shownChars ? slice(text, 0, ACTION_LIMITS.shownChars) : text

const SEPARATOR = made('\n', null)

/** The names of the signs, each shown by the words that gave it. */
function valuesOf(reads: readonly Read[], signsOf: (read: Read) => readonly Sign<string>[]): readonly ViewText[] {
  const times = new Map<string, number>()
  const values: ViewText[] = []
  for (const read of reads)
    for (const { name, start, end } of signsOf(read)) {
      const before = times.get(name) ?? 0
      times.set(name, before + 1)
      if (before < ACTION_LIMITS.places) values.push(made(name, slice(read.text, start, end)))
    }
  return values
}
