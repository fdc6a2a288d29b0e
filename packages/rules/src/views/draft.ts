import { newView, type EntryFields } from './new-view.ts'
import { isAbsolute, within } from './paths.ts'
import { agentImage } from './system.ts'
import { valuesOf, type ToolCall } from './tool-call.ts'
import { made } from './view-text.ts'
import { newShellWork, type ShellWork } from './shell-words.ts'
import { VIEW_LIMITS } from './limits.ts'
import type { LogSource, System } from '../entry.ts'
import type { View, ViewText } from '../match/view.ts'

type Fields = Readonly<Record<string, ViewText | readonly ViewText[] | null>>

/** Collects the views of one tool call. */
export interface ViewDraft {
  readonly call: ToolCall
  readonly system: System
  readonly agent: ViewText
  readonly directory: ViewText | null
  /** The user's home directory, if known. */
  readonly home: string | null
  readonly work: ShellWork
  /** Adds a view. Null and empty texts are left out, because unknown fields are absent. */
  add(logsource: LogSource & { readonly category: string }, fields: Fields): void
  isEmpty(): boolean
  /** Returns whether the views may grow by this many characters. */
  affords(chars: number): boolean
  /** Call it last. Marks the view of the whole command as incomplete if other views are missing. */
  markIncomplete(): void
}

export function newViewDraft(
  call: ToolCall,
  system: System,
  entry: EntryFields,
): ViewDraft & { readonly views: readonly View[] } {
  const views: View[] = []
  const counts = new Map<string, number>()
  const work = newShellWork()
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
      const has = (name: string) => fields.has(name)
      views.push(newView({ logsource, has, fields: () => fields, index, number: views.length, entry }))
    },
    isEmpty: () => views.length === 0,
    affords(chars) {
      if (chars <= charsLeft) return true
      work.incomplete ??= 'too_long'
      return false
    },
    markIncomplete() {
      const [command] = whole?.get('CommandLine') ?? []
      if (work.incomplete !== null && command !== undefined) whole?.set('Incomplete', [made(work.incomplete, command)])
    },
  }
}

const isKnown = ({ text }: ViewText) => text !== ''

const DIRECTORIES = new Set('cwd workdir working_directory workingDirectory'.split(' '))
/** Argument names of a shell's directory. In file tools, `dir_path` is the path that the tool acts on. */
const SHELL_DIRECTORIES = new Set([...DIRECTORIES, 'dir_path'])

function directoryOf(call: ToolCall, cwd: ViewText | null, system: System): ViewText | null {
  const isShell = call.given.some(({ name }) => name === 'command')
  const [own] = valuesOf(call, isShell ? SHELL_DIRECTORIES : DIRECTORIES)
  if (own === undefined) return cwd
  return cwd === null || isAbsolute(own.text, system) ? own : within(cwd, own, system)
}

/** Derives a home directory such as `/home/kim` from a directory within it, or from the user's name. */
function homeOf(directory: string, user: string, system: System): string | null {
  if (system === 'windows') return null
  const found = /^(\/(?:home|Users)\/[^/]+|\/root)(?:\/|$)/.exec(directory)?.[1]
  if (found !== undefined) return found
  if (user === 'root') return system === 'macos' ? '/var/root' : '/root'
  return /^[\w.-]+$/.test(user) ? `${system === 'macos' ? '/Users' : '/home'}/${user}` : null
}
