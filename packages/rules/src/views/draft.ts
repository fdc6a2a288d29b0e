import { newView } from './new-view.ts'
import { isAbsolute, within } from './paths.ts'
import { agentImage } from './system.ts'
import { valuesOf, type ToolCall } from './tool-call.ts'
import { made } from './view-text.ts'
import type { ShellWork } from './shell-words.ts'
import { VIEW_LIMITS } from './limits.ts'
import type { LogSource, System } from '../entry.ts'
import type { View, ViewText } from '../match/view.ts'

type Fields = Readonly<Record<string, ViewText | readonly ViewText[] | null>>

/** The views of one tool call while they are worked out. */
export interface Drafting {
  readonly call: ToolCall
  readonly system: System
  readonly agent: ViewText
  readonly directory: ViewText | null
  /** Of the user, where it can be told. */
  readonly home: string | null
  readonly work: ShellWork
  /** Texts that are null or empty are left out: a field that is not known is absent. */
  add(logsource: LogSource & { readonly category: string }, fields: Fields): void
  /** Whether the views may have so many characters more. */
  affords(chars: number): boolean
  /** When all is added: rules that look at the whole command can tell that there is more than its views show. */
  tellIncomplete(): void
}

export function newDrafting(call: ToolCall, system: System): Drafting & { readonly views: readonly View[] } {
  const views: View[] = []
  const counts = new Map<string, number>()
  const work: ShellWork = {
    commandsLeft: VIEW_LIMITS.commands,
    wordsLeft: VIEW_LIMITS.words,
    steps: 0,
    incomplete: null,
  }
  const cwd = call.attribute('cwd')
  const directory = directoryOf(call, cwd, system)
  const user = call.attribute('user', 'user.name')
  const ofAll: Fields = { ComputerName: call.attribute('host.name') }
  const ofProcess: Fields = { CurrentDirectory: directory, User: user, ...ofAll }
  let charsLeft: number = VIEW_LIMITS.chars
  let whole: Map<string, readonly ViewText[]> | undefined
  return {
    call,
    system,
    work,
    directory,
    views,
    agent: made(agentImage(system, call.agent), null),
    home: homeOf((cwd ?? directory)?.text ?? '', user?.text ?? '', system),
    add(logsource, own) {
      if (views.length >= VIEW_LIMITS.views) return void (work.incomplete ??= 'too_many')
      const { category } = logsource
      const fields = new Map<string, readonly ViewText[]>()
      const addAll = (some: Fields) => {
        for (const name in some) {
          const value = some[name] ?? []
          const known = 'text' in value ? [value].filter(isKnown) : value.filter(isKnown)
          if (known.length > 0) fields.set(name, known)
          for (const { text } of known) charsLeft -= text.length
        }
      }
      addAll(own)
      addAll(category === 'process_creation' ? ofProcess : ofAll)
      if (category === 'process_creation') whole ??= fields
      const index = counts.get(category) ?? 0
      counts.set(category, index + 1)
      views.push(newView({ logsource, fields, index, number: views.length }))
    },
    affords(chars) {
      if (chars <= charsLeft) return true
      work.incomplete ??= 'too_long'
      return false
    },
    tellIncomplete() {
      const [command] = whole?.get('CommandLine') ?? []
      if (work.incomplete !== null && command !== undefined) whole?.set('Incomplete', [made(work.incomplete, command)])
    },
  }
}

const isKnown = ({ text }: ViewText) => text !== ''

const DIRECTORIES = new Set('cwd workdir working_directory workingDirectory'.split(' '))
/** Of a shell: tools for files mean by it the path that they are for. */
const SHELL_DIRECTORIES = new Set([...DIRECTORIES, 'dir_path'])

function directoryOf(call: ToolCall, cwd: ViewText | null, system: System): ViewText | null {
  const isShell = call.given.some(({ name }) => name === 'command')
  const [own] = valuesOf(call, isShell ? SHELL_DIRECTORIES : DIRECTORIES)
  if (own === undefined) return cwd
  return cwd === null || isAbsolute(own.text, system) ? own : within(cwd, own, system)
}

/** `/home/kim` of a directory in it, or of the user's name. */
function homeOf(directory: string, user: string, system: System): string | null {
  if (system === 'windows') return null
  const found = /^(\/(?:home|Users)\/[^/]+|\/root)(?:\/|$)/.exec(directory)?.[1]
  if (found !== undefined) return found
  if (user === 'root') return system === 'macos' ? '/var/root' : '/root'
  return /^[\w.-]+$/.test(user) ? `${system === 'macos' ? '/Users' : '/home'}/${user}` : null
}
