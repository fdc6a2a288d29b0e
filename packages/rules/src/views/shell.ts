import { valuesOf, type ToolCall } from './tool-call.ts'
import { programName } from './unwrap.ts'
import { joined, made, NOTHING, slice, spaced } from './view-text.ts'
import type { System } from '../entry.ts'
import type { ViewText } from '../match/view.ts'

/** The shell that runs a command. */
export interface Shell {
  readonly image: ViewText
  /** The part of the command line before the command. */
  readonly line: string
  /** The grammar that separates the programs in the command. A PowerShell pipeline has none. */
  readonly reads: 'posix' | 'cmd' | 'powershell'
}

export interface ShellCall {
  readonly command: ViewText
  readonly shell: Shell
}

const POSIX = new Set(['bash', 'sh', 'zsh', 'dash', 'ksh', 'fish'])
const COMMAND = new Set(
  'command cmd full_command command_line commandLine CommandLine bash_command chars script input'.split(' '),
)
const SHELL = new Set(['shell', 'executable'])

/**
 * The commands of a shell tool, from any of its known arguments. A list has the words of one command. If no argument is
 * known, each may reach the shell, such as the `file` of a tool that converts it.
 */
export function shellCalls(call: ToolCall, system: System): readonly ShellCall[] {
  const commands = call.given.filter(({ name }) => COMMAND.has(name))
  const unnamed = call.given.filter(({ name }) => name === '')
  const given = [commands, unnamed].find((some) => some.length > 0) ?? call.given
  const words = given.filter(({ isElement }) => isElement).map(({ text }) => text)
  const whole = given.filter(({ isElement }) => !isElement).map(({ text }) => text)
  const more = call.given.filter(({ name, isElement }) => isElement && name === 'args').map(({ text }) => quoted(text))
  const named = valuesOf(call, SHELL)[0] ?? call.nameText
  return [
    ...(words.length > 0 ? [inWords(words, named, system)] : []),
    ...whole.map((text) => plain(spaced([text, ...more]), named, system)),
  ].filter(({ command }) => command.text.trim() !== '')
}

const COMMAND_FLAG = /^(?:-[a-z]*c|-command|\/[ck])$/i
const OPTION = /^(?:-|\/[a-z](?::|$))/i

/** Parses `[bash, -lc, COMMAND]`. If the program is not a shell, its words are quoted, so that they stay words. */
function inWords(words: readonly ViewText[], named: ViewText | null, system: System): ShellCall {
  const [program, ...given] = words
  const at = given.findIndex(({ text }) => COMMAND_FLAG.test(text) || !OPTION.test(text))
  if (program !== undefined && shellName(program.text) !== null && COMMAND_FLAG.test(given[at]?.text ?? ''))
    return plain(spaced(given.slice(at + 1)), program, system)
  const { shell } = plain(NOTHING, named, system)
  return { command: spaced(shell.reads === 'posix' ? words.map(quoted) : words), shell }
}

/** Quotes a text as one shell word. */
function quoted(word: ViewText): ViewText {
  if (/^[\w@%+=:,./-]+$/.test(word.text)) return word
  const parts = [QUOTE]
  let from = 0
  for (const { index } of word.text.matchAll(/'/g)) {
    parts.push(slice(word, from, index), ESCAPED_QUOTE)
    from = index + 1
  }
  return joined([...parts, slice(word, from, word.text.length), QUOTE])
}

const QUOTE = made("'", null)
const ESCAPED_QUOTE = made("'\\''", null)

const plain = (command: ViewText, named: ViewText | null, system: System): ShellCall => ({
  command,
  shell: shellOf(named, system),
})

/** `bash` for `/bin/bash`, `cmd` for `C:\Windows\System32\cmd.exe`; null if it is not a shell. */
function shellName(path: string): string | null {
  const name = programName(path)
  return POSIX.has(name) || WINDOWS.has(name) ? name : null
}

const WINDOWS = new Set(['powershell', 'pwsh', 'cmd'])

/** `named` is the text that names the shell, if any. */
function shellOf(named: ViewText | null, system: System): Shell {
  const name = shellName(named?.text ?? '')
  if (system !== 'windows') {
    const posix = name !== null && POSIX.has(name) ? name : 'bash'
    return { image: made(`/bin/${posix}`, named), line: `${posix} -c `, reads: 'posix' }
  }
  if (name === 'cmd') return { image: made('C:\\Windows\\System32\\cmd.exe', named), line: 'cmd.exe /c ', reads: 'cmd' }
  if (name !== null && POSIX.has(name))
    return { image: made(`C:\\Program Files\\Git\\bin\\${name}.exe`, named), line: `${name} -c `, reads: 'posix' }
  const image = 'C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe'
  return { image: made(image, named), line: 'powershell.exe -Command ', reads: 'powershell' }
}
