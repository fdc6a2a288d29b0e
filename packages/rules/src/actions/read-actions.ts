import type { Capability, ObjectClass } from './capabilities.ts'
import { ACTION_LIMITS } from './limits.ts'
import { OBJECT_PATTERNS } from './objects.ts'
import type { ProgramRow } from './program-row.ts'
import { CODE, type CodeRow } from './programs/code.ts'
import { UNIX_PROGRAMS } from './programs/unix.ts'
import { WINDOWS_PROGRAMS } from './programs/windows.ts'
import type { Range } from '../match/leaf-place.ts'

/** A program with its arguments. */
export interface Command {
  /** Without folders and without `.exe`, in lowercase. */
  readonly program: string
  /** The whole command without quotes. */
  readonly text: string
  /** The offsets of the arguments in it. */
  readonly argumentsAt: number
  readonly argumentsEnd: number
}

export interface Sign<Name> extends Range {
  readonly name: Name
}

type System = 'unix' | 'windows'

interface Table {
  readonly byProgram: ReadonlyMap<string, readonly ProgramRow[]>
  readonly ofAll: readonly ProgramRow[]
}

function tableOf(rows: readonly ProgramRow[]): Table {
  const byProgram = new Map<string, ProgramRow[]>()
  for (const row of rows)
    for (const name of row.programs.toLowerCase().split(' ')) byProgram.set(name, [...(byProgram.get(name) ?? []), row])
  return { byProgram, ofAll: byProgram.get('*') ?? [] }
}

const TABLES: Readonly<Record<System, Table>> = { unix: tableOf(UNIX_PROGRAMS), windows: tableOf(WINDOWS_PROGRAMS) }

/** Names of programs of Windows that other systems have, too, or that are words. */
const WORDS = new Set(
  'control update format print replace expand word excel visio teams type more dir rename erase copy move where clip fsi kill start cipher winget squirrel code'.split(
    ' ',
  ),
)

/** Names of programs that only Windows has. */
export const WINDOWS_ONLY: readonly string[] = [...TABLES.windows.byProgram.keys()].filter(
  (name) => /^[a-z][\w-]{2,}$/.test(name) && !TABLES.unix.byProgram.has(name) && !WORDS.has(name),
)

/**
 * Reads what a program does from the tables, with the places in its text that show it. Takes time linear in the text:
 * no pattern has a gap without a bound.
 */
export function capabilitiesOf(
  { program, text: whole, argumentsAt, argumentsEnd }: Command,
  system: System,
): readonly Sign<Capability>[] {
  const text = whole.slice(0, ACTION_LIMITS.chars)
  const given = text.slice(argumentsAt, argumentsEnd)
  const start = Math.max(0, argumentsAt - 1 - program.length)
  const name = { start, end: Math.max(start + 1, argumentsAt - 1) }
  const does: Sign<Capability>[] = []
  for (const { does: capability, given: pattern } of rowsOf(TABLES[system], program)) {
    if (pattern === undefined) does.push({ name: capability, ...name })
    else add(does, capability, pattern.exec(given), { offset: argumentsAt, ifEmpty: name })
  }
  if (LOOSE_PROGRAM.test(text.slice(0, argumentsAt))) does.push({ name: 'runs_loose_file', ...name })
  return does
}

const rowsOf = ({ byProgram }: Table, program: string): readonly ProgramRow[] =>
  byProgram.get(program) ?? byProgram.get(program.replace(/[\d.-]+$|\.(?:py|sh|rb|pl)$/, '')) ?? NO_ROWS
const NO_ROWS: readonly ProgramRow[] = []

/** A program in a folder that anyone can write to. */
const LOOSE_PROGRAM =
  /^["'&.\s]{0,4}(?:\/(?:tmp|var\/tmp|dev\/shm)\/|%(?:temp|tmp|public|appdata)%[\\/]|\$env:(?:temp|tmp|public|appdata)[\\/]|[a-z]:\\(?:users\\public|windows\\temp|perflogs|temp)\\)/i

/** Reads what any program does when it has such words. */
export function capabilitiesIn(whole: string, system: System): readonly Sign<Capability>[] {
  const text = whole.slice(0, ACTION_LIMITS.chars)
  const does: Sign<Capability>[] = []
  for (const { does: name, given: pattern } of TABLES[system].ofAll)
    if (pattern !== undefined) add(does, name, pattern.exec(text))
  return does
}

/**
 * Reads what a script in any language does: its beginning and its end, if it is longer than a command can be. Takes time
 * linear in the text: the texts around two places are at most half the same.
 */
export function capabilitiesOfCode(text: string): readonly Sign<Capability>[] {
  const { chars } = ACTION_LIMITS
  const does: Sign<Capability>[] = []
  for (const offset of text.length > chars ? [0, Math.max(chars, text.length - chars)] : [0])
    for (const row of CODE) add(does, row.does, shownIn(text.slice(offset, offset + chars), row), { ...WHOLE, offset })
  return does
}

/** UTF-16 units before and after a place in which the other words must be. */
const NEAR_CHARS = 1_000

function shownIn(text: string, { around, near }: CodeRow): RegExpExecArray | null {
  let next = 0
  for (const { index } of text.matchAll(around)) {
    if (index < next) continue
    next = index + NEAR_CHARS
    const from = Math.max(0, index - NEAR_CHARS)
    const part = text.slice(from, index + 2 * NEAR_CHARS)
    const found = near.map((words) => words.exec(part))
    const shown = found.at(-1)
    if (shown === undefined || shown === null || found.includes(null)) continue
    shown.index += from
    return shown
  }
  return null
}

/** What a command works on, with the places in its text that name it. */
export function objectsIn(whole: string): readonly Sign<ObjectClass>[] {
  const text = whole.slice(0, ACTION_LIMITS.chars)
  const touches: Sign<ObjectClass>[] = []
  for (const [name, patterns] of OBJECTS) for (const pattern of patterns) add(touches, name, pattern.exec(text))
  return touches
}

const OBJECTS = Object.entries(OBJECT_PATTERNS) as [ObjectClass, readonly RegExp[]][]

interface Placed {
  /** The offset of the text that was searched. */
  readonly offset: number
  /** The place of a match that has no characters, as in a shell without arguments. */
  readonly ifEmpty: Range
}

const WHOLE: Placed = { offset: 0, ifEmpty: { start: 0, end: 1 } }

function add<Name>(
  signs: Sign<Name>[],
  name: Name,
  found: RegExpExecArray | null,
  { offset, ifEmpty }: Placed = WHOLE,
): void {
  if (found === null) return
  const { 0: matched, index } = found
  const start = offset + index
  signs.push({ name, ...(matched === '' ? ifEmpty : { start, end: start + matched.length }) })
}
