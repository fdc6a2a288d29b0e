import { closeSync, fdatasyncSync, openSync, readSync, writeSync } from 'node:fs'
import type Sqlite from 'better-sqlite3'
import { LIMITS } from '../../../limits.ts'
import type { WipedSlice } from '../threads/protocol.ts'

export interface Wiper {
  wipe(from: number): WipedSlice
  /** Returns false if a reader prevented it. */
  emptyLog(): boolean
  /** Call it after the database was closed. */
  close(): void
}

/** Pages per read. */
const CHUNK_PAGES = 64
/** How long a reader may take to finish its statement. */
const WAIT_MS = 20

/**
 * `secure_delete` clears deleted cells, but a B-tree page that was split or merged keeps copies of cells that moved to
 * another page, in the bytes between its cell pointers and its cell content (measured: after an erasure, six copies of a
 * session's name were left in 20,000 entries). No statement reaches those bytes, so they are cleared in the file itself:
 *
 * 1. The WAL is checkpointed and truncated, so that every page in the file is the newest.
 * 2. A read transaction is held. It began with an empty WAL, so it reads the file alone, and until it ends SQLite lets no
 *    process checkpoint into the file.
 * 3. Only bytes that the file format calls unallocated are written, and only with zeros, so the file is valid at any
 *    moment.
 * 4. The writer's page cache is dropped, so that it cannot write an old copy of a page back.
 */
export function openWiper(db: Sqlite.Database, file: string): Wiper {
  let fd: number | undefined
  const emptyLog = () => {
    db.pragma(`busy_timeout = ${WAIT_MS}`)
    try {
      return (db.pragma('wal_checkpoint(TRUNCATE)') as { busy: number }[])[0]?.busy === 0
    } finally {
      db.pragma(`busy_timeout = ${LIMITS.busyTimeoutMs}`)
    }
  }
  return {
    emptyLog,
    wipe(from) {
      if (!emptyLog()) return { ready: false, next: from }
      // It stays open, because closing it would release every lock that this process has on the file.
      fd ??= openSync(file, 'r+')
      db.pragma('shrink_memory')
      db.exec('begin')
      try {
        const pages = Number(db.pragma('page_count', { simple: true }))
        return { ready: true, next: wipePages(fd, layoutOf(db), from, pages) }
      } finally {
        db.exec('rollback')
      }
    },
    close() {
      if (fd !== undefined) closeSync(fd)
    },
  }
}

interface Layout {
  readonly pageBytes: number
  readonly hasPointerMap: boolean
}

function layoutOf(db: Sqlite.Database): Layout {
  return {
    pageBytes: Number(db.pragma('page_size', { simple: true })),
    hasPointerMap: Number(db.pragma('auto_vacuum', { simple: true })) !== 0,
  }
}

function wipePages(fd: number, layout: Layout, from: number, pages: number): number {
  if (pages >= MOST_PAGES) return 0
  const { pageBytes } = layout
  const began = performance.now()
  const chunk = Buffer.alloc(CHUNK_PAGES * pageBytes)
  let wrote = false
  let page = from
  while (page <= pages && performance.now() - began < LIMITS.backgroundMs / 2) {
    const length = readSync(fd, chunk, 0, Math.min(CHUNK_PAGES, pages - page + 1) * pageBytes, (page - 1) * pageBytes)
    const read = Math.floor(length / pageBytes)
    if (read === 0) break
    for (let index = 0; index < read; index++) {
      const number = page + index
      const bytes = chunk.subarray(index * pageBytes, (index + 1) * pageBytes)
      const unused = isPointerMap(layout, number) ? undefined : unallocated(bytes, number)
      if (unused === undefined || isZero(bytes, unused)) continue
      bytes.fill(0, unused.from, unused.to)
      writeSync(fd, bytes, unused.from, unused.to - unused.from, (number - 1) * pageBytes + unused.from)
      wrote = true
    }
    page += read
  }
  if (wrote) fdatasyncSync(fd)
  return page <= pages ? page : 0
}

/** With `auto_vacuum`, pages at a fixed interval hold pointers from pages to their parents. */
function isPointerMap({ pageBytes, hasPointerMap }: Layout, page: number): boolean {
  return hasPointerMap && page >= 2 && (page - 2) % (Math.floor(pageBytes / 5) + 1) === 0
}

/** Header length by page type, the first byte of a B-tree page. Other pages begin with a page number. */
const HEADER_BYTES: Readonly<Record<number, number>> = { 2: 12, 5: 12, 10: 8, 13: 8 }
/** Beyond this size (256 GiB), a page number could look like a type. */
const MOST_PAGES = 2 * 2 ** 24
const FILE_HEADER_BYTES = 100

interface Bytes {
  readonly from: number
  readonly to: number
}

function isZero(page: Buffer, { from, to }: Bytes): boolean {
  return ZEROS.compare(page, from, to, 0, to - from) === 0
}
const ZEROS = Buffer.alloc(65_536)

/** The unallocated bytes of a B-tree page, see https://www.sqlite.org/fileformat2.html#b_tree_pages; undefined for other pages. */
function unallocated(page: Buffer, number: number): Bytes | undefined {
  const header = number === 1 ? FILE_HEADER_BYTES : 0
  const headerBytes = HEADER_BYTES[page[header] ?? 0]
  if (headerBytes === undefined) return undefined
  const cells = page.readUInt16BE(header + 3)
  const content = page.readUInt16BE(header + 5)
  const from = header + headerBytes + 2 * cells
  const to = content === 0 ? 65_536 : content
  return from <= to && to <= page.length ? { from, to } : undefined
}
