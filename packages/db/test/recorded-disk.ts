import { readFileSync } from 'node:fs'

/**
 * The operations of a program on the files of one folder, as traced by strace, and the possible contents of a disk if
 * the power fails at any moment of them. The model:
 * 1. Data written before an fsync of its file began is durable once that fsync has returned.
 * 2. Any subset of the sectors written later can be present.
 * 3. Creating, removing or renaming a file is durable once its folder was synced. Before that, any prefix of the list
 *    of these changes can have happened.
 * Files that SQLite maps and rebuilds (`-shm`) are not modeled. They are always lost.
 */
export interface Moment {
  /** Lines that the program had begun to write to standard output. */
  readonly output: readonly string[]
  /** Writes that no sync has covered yet. */
  readonly unsynced: number
  /** The surviving files by name. `fate` decides about each unsynced sector and name change. */
  files(fate: Fate): ReadonlyMap<string, Buffer>
}

export interface Fate {
  /** Returns whether a sector that was not synced reached the disk. */
  sector(): boolean
  /** Returns how many of the unsynced name changes reached the disk. */
  names(of: number): number
  readonly sectorBytes: number
}

interface Change {
  readonly offset: number
  /** Null if the file was truncated to `offset`. */
  readonly data: Buffer | null
  /** True once the call has returned. A sync that begins later covers the change. */
  ended: boolean
}

interface File {
  durable: Buffer
  pending: readonly Change[]
}

type Names = ReadonlyMap<string, File>

/**
 * Returns the moments at which the power can fail, in order. `log` is the output of
 * `strace -f -y -xx -s 10000000 -e trace=TRACED`. Files that existed before the trace are assumed to be empty.
 */
export function recordedDisk(log: string, folder: string): readonly Moment[] {
  let durable: Names = new Map()
  let names: Names = new Map()
  let renamed: readonly Names[] = []
  const lines: string[] = []
  const moments: Moment[] = []

  const moment = () => {
    // Files change after this moment, so take a snapshot.
    const [was, changes] = [snapshot(durable), renamed.map(snapshot)]
    const output = lines.slice()
    moments.push({
      output,
      unsynced: [...new Set([...durable.values(), ...names.values()])].reduce(
        (n, { pending }) => n + pending.length,
        0,
      ),
      files: (fate) => survivors(changes[fate.names(changes.length) - 1] ?? was, fate),
    })
  }
  const rename = (change: (next: Map<string, File>) => void) => {
    const next = new Map(names)
    change(next)
    names = next
    renamed = [...renamed, next]
  }
  const fileAt = (path: string): File => {
    const known = names.get(path)
    if (known !== undefined) return known
    const made: File = { durable: Buffer.alloc(0), pending: [] }
    rename((next) => next.set(path, made))
    return made
  }

  let sinceMoment = 0
  for (const step of steps(readFileSync(log, 'latin1'), folder)) {
    switch (step.type) {
      case 'output':
        if (step.begins) lines.push(step.text)
        break
      case 'change': {
        const file = fileAt(step.path)
        if (step.begins) file.pending = [...file.pending, step.change]
        else step.change.ended = true
        if (++sinceMoment % 16 === 0) moment()
        break
      }
      case 'sync': {
        if (step.begins) moment()
        if (step.path === folder) {
          if (step.begins) step.covered = renamed.length
          else {
            durable = renamed[(step.covered ?? 0) - 1] ?? durable
            renamed = renamed.slice(step.covered)
          }
        } else {
          const file = fileAt(step.path)
          if (step.begins) step.changes = file.pending.filter(({ ended }) => ended)
          else {
            const covered = new Set(step.changes)
            file.durable = [...covered].reduce((bytes, change) => applied(bytes, change, ALL), file.durable)
            file.pending = file.pending.filter((change) => !covered.has(change))
          }
        }
        if (!step.begins) moment()
        break
      }
      case 'name':
        rename((next) => {
          const file = next.get(step.from)
          next.delete(step.from)
          if (step.to !== null && file !== undefined) next.set(step.to, file)
        })
        moment()
        break
      case 'made':
        fileAt(step.path)
    }
  }
  moment()
  return moments
}

export const TRACED = 'openat,write,pwrite64,ftruncate,fsync,fdatasync,unlink,rename'

type Step =
  | { readonly type: 'output'; readonly begins: boolean; readonly text: string }
  | { readonly type: 'change'; readonly begins: boolean; readonly path: string; readonly change: Change }
  | { readonly type: 'sync'; readonly begins: boolean; readonly path: string; covered?: number; changes?: Change[] }
  | { readonly type: 'name'; readonly from: string; readonly to: string | null }
  | { readonly type: 'made'; readonly path: string }

/** Yields a step when a call begins, and the same step again when it has returned. */
function* steps(log: string, folder: string): Generator<Step> {
  const unfinished = new Map<string, Step | undefined>()
  for (const line of log.split('\n')) {
    const [, thread = '', rest = ''] = /^(\d+)\s+(.*)$/.exec(line) ?? []
    if (rest.startsWith('<... ')) {
      const begun = unfinished.get(thread)
      unfinished.delete(thread)
      if (begun !== undefined && !failed(rest)) yield* ended(begun)
      continue
    }
    const step = stepOf(rest, folder)
    const open = rest.endsWith('<unfinished ...>')
    if (open) unfinished.set(thread, step)
    if (step === undefined || (!open && failed(rest))) continue
    yield step
    if (!open) yield* ended(step)
  }
}

const failed = (rest: string) => /= -1 [A-Z]+/.test(rest)

function* ended(step: Step): Generator<Step> {
  if ('begins' in step) yield Object.assign(step, { begins: false })
}

const TEXT = /[<"]((?:\\x[\da-f]{2})*)[>"]/g

function stepOf(rest: string, folder: string): Step | undefined {
  const call = rest.slice(0, rest.indexOf('('))
  const texts = [...rest.matchAll(TEXT)].map(([, text = '']) => Buffer.from(text.replaceAll('\\x', ''), 'hex'))
  const [first = Buffer.alloc(0), second = Buffer.alloc(0)] = texts
  const path = first.toString()
  const isOurs = (name: string) => (name === folder || name.startsWith(`${folder}/`)) && !name.endsWith('-shm')
  const begins = true
  switch (call) {
    case 'write':
      return rest.startsWith('write(1<') ? { type: 'output', begins, text: second.toString().trim() } : undefined
    case 'pwrite64': {
      const offset = Number(/, (\d+)\)? *(?:=|<unfinished|$)/.exec(rest)?.[1])
      return isOurs(path) ? { type: 'change', begins, path, change: { offset, data: second, ended: false } } : undefined
    }
    case 'ftruncate': {
      const offset = Number(/>, (\d+)/.exec(rest)?.[1])
      return isOurs(path) ? { type: 'change', begins, path, change: { offset, data: null, ended: false } } : undefined
    }
    case 'fsync':
    case 'fdatasync':
      return isOurs(path) ? { type: 'sync', begins, path } : undefined
    case 'unlink':
      return isOurs(path) ? { type: 'name', from: path, to: null } : undefined
    case 'rename':
      return isOurs(path) ? { type: 'name', from: path, to: second.toString() } : undefined
    case 'openat': {
      const opened = second.toString()
      return isOurs(opened) && rest.includes('O_CREAT') ? { type: 'made', path: opened } : undefined
    }
    default:
      return undefined
  }
}

const ALL: Fate = { sector: () => true, names: (of) => of, sectorBytes: Number.MAX_SAFE_INTEGER }

function snapshot(names: Names): Names {
  return new Map(Array.from(names, ([path, { durable, pending }]) => [path, { durable, pending }]))
}

function survivors(names: Names, fate: Fate): ReadonlyMap<string, Buffer> {
  return new Map(
    Array.from(names, ([path, { durable, pending }]) => [
      path,
      pending.reduce((bytes, change) => applied(bytes, change, fate), durable),
    ]),
  )
}

function applied(bytes: Buffer, { offset, data }: Change, fate: Fate): Buffer {
  if (data === null) {
    if (!fate.sector()) return bytes
    return Buffer.concat([bytes.subarray(0, offset), Buffer.alloc(Math.max(0, offset - bytes.length))])
  }
  let result = bytes
  const { sectorBytes } = fate
  for (let start = offset; start < offset + data.length;) {
    const end = Math.min(offset + data.length, (Math.floor(start / sectorBytes) + 1) * sectorBytes)
    if (fate.sector()) {
      if (result === bytes || result.length < end) {
        // A hole between the old end and the write is filled with zeros.
        const larger = Buffer.alloc(Math.max(result.length, end))
        result.copy(larger)
        result = larger
      }
      data.copy(result, start, start - offset, end - offset)
    }
    start = end
  }
  return result
}
