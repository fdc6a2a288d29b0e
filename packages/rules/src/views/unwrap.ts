import { readShell, type Redirect, type ShellCommand } from './read-shell.ts'
import type { ShellWord } from './shell-word.ts'
import type { ShellWork } from './shell-words.ts'
import { unquoted } from './unquoted.ts'
import { picked, slice, spaced } from './view-text.ts'
import { VIEW_LIMITS } from './limits.ts'
import type { ViewText } from '../match/view.ts'

/** A program that the shell or another program starts. */
export interface Started {
  /** Programs that a pipe or a substitution connects have the same number. */
  readonly pipeline: number
  /** The assignments before it. */
  readonly assignments: readonly ViewText[]
  /** Its command line as written; null if there are only redirections. */
  readonly line: ViewText | null
  /** Its name and its arguments, without quotes. */
  readonly words: readonly ViewText[]
  readonly redirects: readonly { readonly operator: string; readonly target: ViewText }[]
  readonly documents: readonly ViewText[]
}

/** All programs that a script starts, each followed by those that it starts itself. */
export function programsIn(script: ViewText, work: ShellWork, depth = 0): readonly Started[] {
  return readShell(withoutReturns(script), depth, work).flatMap((command) => started(command, work, depth))
}

/** Removes the returns of Windows scripts. A return after a backslash is literal, and the line still ends there. */
function withoutReturns(script: ViewText): ViewText {
  const ends = [...script.text.matchAll(/(?<!\\)\r(?=\n|$)/g)]
  if (ends.length === 0) return script
  const starts = [0, ...ends.map(({ 0: found, index }) => index + found.length)]
  const kept = starts.map((start, number) => ({ start, end: ends[number]?.index ?? script.text.length }))
  return picked(
    script,
    kept.filter(({ start, end }) => end > start),
  )
}

function started(command: ShellCommand, work: ShellWork, depth: number): Started[] {
  const { source, words, documents } = command
  const texts = words.map((word) => unquoted(source, word))
  const redirects = command.redirects.map(({ operator, target }) => ({ operator, target: unquoted(source, target) }))
  const { pipeline } = command
  const assignments = command.assignments.map((word) => unquoted(source, word))
  const own: Started = {
    pipeline,
    assignments,
    line: lineOf(source, words, command.redirects),
    words: texts,
    redirects,
    documents,
  }
  const found = [own]
  const within = (level: number, words_: readonly ShellWord[], texts_: readonly ViewText[]): void => {
    if (texts_.length === 0) return
    if (level >= VIEW_LIMITS.depth) return void (work.incomplete ??= 'too_deep')
    const script = scriptOf(texts_, command, redirects)
    if (script !== null) return void found.push(...programsIn(script, work, level + 1))
    for (const range of wrapped(texts_)) {
      const [inner, innerTexts] = [words_.slice(...range), texts_.slice(...range)]
      if (inner.length === 0) continue
      if (work.commandsLeft-- <= 0) return void (work.incomplete ??= 'too_many')
      found.push({
        pipeline,
        assignments: [],
        line: lineOf(source, inner, command.redirects),
        words: innerTexts,
        redirects: [],
        documents: [],
      })
      within(level + 1, inner, innerTexts)
    }
  }
  within(depth, words, texts)
  return found
}

/** The text from the first word to the last, without redirections. */
function lineOf(source: ViewText, words: readonly ShellWord[], redirects: readonly Redirect[]): ViewText | null {
  const [first] = words
  const last = words.at(-1)
  if (first === undefined || last === undefined) return null
  if (!redirects.some(({ target }) => target.start > first.start && target.start < last.start))
    return slice(source, first.start, last.end)
  return spaced(words.map(({ start, end }) => slice(source, start, end)))
}

/** Programs that run a script. `source` runs its standard input if that is the file in its argument. */
const SHELLS = new Set(['sh', 'bash', 'zsh', 'dash', 'ksh', 'ash', 'rbash', 'source', '.'])
/** Programs that pass the text after `-c` to a shell. */
const CALLERS = new Set(['su', 'runuser', 'script'])

/** `bash` for `/bin/bash` and for `C:\bin\Bash.exe`. */
export const programName = (path: string) =>
  path
    .slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1)
    .toLowerCase()
    .replace(/\.exe$/, '')

/** The script that a shell receives as an argument, a here-document or a here-string. */
function scriptOf(
  words: readonly ViewText[],
  { documents }: ShellCommand,
  redirects: Started['redirects'],
): ViewText | null {
  const [program, ...given] = words
  const name = programName(program?.text ?? '')
  if (name === 'eval') return spaced(given[0]?.text === '--' ? given.slice(1) : given)
  if (name === 'env') return splitBy(given)
  if (CALLERS.has(name)) return commandIn(given)
  if (!SHELLS.has(name)) return null
  let [isScript, isInput] = [false, false]
  for (let at = 0; at < given.length; at++) {
    const word = given[at]
    if (word === undefined) break
    if (/^[-+][a-zA-Z]+$/.test(word.text)) {
      isScript ||= /^-.*c/.test(word.text)
      isInput ||= /^-.*s/.test(word.text)
      if (/^[-+][oO]$|^-[a-z]*o$/.test(word.text)) at++
    } else if (word.text === '--rcfile' || word.text === '--init-file') at++
    else if (!/^-(?:-|$)/.test(word.text)) {
      if (isScript) return word
      if (!isInput && !STANDARD_INPUT.test(word.text)) return null
      break
    }
  }
  return documents[0] ?? redirects.find(({ operator }) => operator === '<<<')?.target ?? null
}

const STANDARD_INPUT = /^\/(?:dev|proc\/self)\/(?:stdin|fd\/0)$/

/** The command in `-c COMMAND`, `-lc COMMAND` or `--command=COMMAND`. */
function commandIn(given: readonly ViewText[]): ViewText | null {
  const at = given.findIndex(({ text }) => /^(?:-[a-z]*c|--command(?:=.*)?)$/s.test(text))
  const option = given[at]
  const equals = option?.text.indexOf('=') ?? -1
  if (option !== undefined && equals > 0) return slice(option, equals + 1, option.text.length)
  return option === undefined ? null : (given[at + 1] ?? null)
}

/** `env -S "PROGRAM ARGUMENT"` splits its argument like a shell, and appends its other arguments. */
function splitBy(given: readonly ViewText[]): ViewText | null {
  for (let at = 0; at < given.length; at++) {
    const word = given[at]
    if (word === undefined) break
    const option = /^(?:-[0iv]*S|--split-string=?)/.exec(word.text)?.[0]
    if (option !== undefined) {
      const parts = [slice(word, option.length, word.text.length), ...given.slice(at + 1)]
      return spaced(parts.filter(({ text }) => text !== ''))
    }
    if (/^(?:-[uC]|--unset|--chdir)$/.test(word.text)) at++
    else if (!/^-|=/.test(word.text)) return null
  }
  return null
}

/** A program that starts the program named in its arguments. */
interface Wrapper {
  /** Options whose value is the next word: letters, and names without dashes. */
  readonly valued: string
  /** The number of its own arguments after the options. */
  readonly operands?: number
}

const WRAPPERS: Readonly<Partial<Record<string, Wrapper>>> = {
  sudo: {
    valued: 'C D g h p R r T t U u chdir chroot close-from command-timeout group host other-user prompt role type user',
  },
  doas: { valued: 'C u' },
  env: { valued: 'C u chdir unset' },
  xargs: { valued: 'a d E I L n P s arg-file delimiter max-args max-chars max-lines max-procs process-slot-var' },
  nohup: { valued: '' },
  timeout: { valued: 'k s kill-after signal', operands: 1 },
  time: { valued: 'f o format output' },
  nice: { valued: 'n adjustment' },
  ionice: { valued: 'c n p P u class classdata' },
  stdbuf: { valued: 'e i o error input output' },
  setsid: { valued: '' },
  exec: { valued: 'a' },
  command: { valued: '' },
  builtin: { valued: '' },
  busybox: { valued: '' },
  chroot: { valued: '', operands: 1 },
  watch: { valued: 'n interval' },
}
const SYNTAX = new Map(
  Object.entries(WRAPPERS).map(([name, wrapper]) => [
    name,
    { operands: wrapper?.operands ?? 0, valued: new Set((wrapper?.valued ?? '').split(' ')) },
  ]),
)

/** The index ranges of the programs that the first word starts. */
function wrapped(words: readonly ViewText[]): readonly (readonly [number, number])[] {
  const name = programName(words[0]?.text ?? '')
  if (name === 'find') return executed(words)
  const syntax = SYNTAX.get(name)
  if (syntax === undefined) return []
  let operands = syntax.operands
  for (let at = 1; at < words.length; at++) {
    const text = words[at]?.text ?? ''
    if (text === '--') return [[at + 1 + operands, words.length]]
    if (text.startsWith('--')) {
      if (syntax.valued.has(text.slice(2))) at++
    } else if (text.length > 1 && text.startsWith('-')) {
      // `command -v` starts nothing.
      if (name === 'command' && /[vV]/.test(text)) return []
      if (syntax.valued.has(text.slice(-1)) && takesNext(text, syntax.valued)) at++
    } else if (text !== '-' && !/^[A-Za-z_]\w{0,255}=/.test(text) && operands-- === 0) return [[at, words.length]]
  }
  return []
}

/** True for `-u` and `-nu`, but not for `-uroot`, which contains its value. */
const takesNext = (option: string, valued: ReadonlySet<string>) =>
  option
    .slice(1, -1)
    .split('')
    .every((letter) => !valued.has(letter))

/** The programs in `find … -exec PROGRAM … ;`, one for each `-exec`. */
function executed(words: readonly ViewText[]): readonly (readonly [number, number])[] {
  const ranges: [number, number][] = []
  for (let at = 0; at < words.length; at++) {
    if (!/^-(?:exec|execdir|ok|okdir)$/.test(words[at]?.text ?? '')) continue
    const from = at + 1
    while (at < words.length && !/^[;+]$/.test(words[at]?.text ?? '')) at++
    ranges.push([from, at])
  }
  return ranges
}
