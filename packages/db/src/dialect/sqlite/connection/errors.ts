import { DomainError } from '@sentinelmesh/api/constants'
import type { Failure } from '../threads/protocol.ts'

/** The file cannot be used as a store and was not changed. The message is a sentence for the operator. */
export class StoreFileError extends Error {
  override readonly name = 'StoreFileError'
  readonly reason: StoreFileReason

  constructor(reason: StoreFileReason, message: string) {
    super(message)
    this.reason = reason
  }
}

/** `schema_too_new`: a newer version of the program wrote the file. */
export type StoreFileReason = 'foreign' | 'corrupted' | 'schema_too_new' | 'unusable'

/** The database rejected a statement. For a constraint violation, `code` names the kind of constraint. */
export class StatementError extends Error {
  override readonly name = 'StatementError'
  readonly code: string

  constructor({ code, message }: Failure) {
    super(message)
    this.code = code
  }
}

export function isUniqueViolation(error: unknown): boolean {
  return (
    error instanceof StatementError &&
    (error.code === 'SQLITE_CONSTRAINT_UNIQUE' || error.code === 'SQLITE_CONSTRAINT_PRIMARYKEY')
  )
}

/** One of the files was removed or replaced while it was open; see `file-replacement.ts`. */
export const FILE_REMOVED = 'FILE_REMOVED'

/** Codes of failures of the disk rather than the statement, which may succeed later. */
const DISK = /^SQLITE_(FULL|IOERR|READONLY|CANTOPEN|CORRUPT|NOTADB|NOMEM|BUSY|PROTOCOL)|^FILE_REMOVED$/

export function isDiskFailure({ code }: Failure): boolean {
  return DISK.test(code)
}

/** The stored data can no longer be trusted, and only an operator can fix that. */
export function isDamage({ code }: Failure): boolean {
  return code === FILE_REMOVED || /^SQLITE_(CORRUPT|NOTADB)/.test(code)
}

/** A sentence for the operator: the problem with the disk, and what to do. Contains no path. */
export function sayFailure({ code }: Pick<Failure, 'code'>): string {
  if (code === FILE_REMOVED)
    return 'The database file or its write-ahead log was removed or replaced while the server was running. Nothing more is stored. Stop the server, put the files back or restore a back-up, and start it again.'
  if (isDamage({ code, message: '' }))
    return `The database file is damaged (${code}). Nothing is written to it any more: stop the server, look at it with "sentinelmesh verify", restore a back-up.`
  if (code === 'SQLITE_FULL')
    return 'The disk is full. Make room: entries are taken in again as soon as there is some, without a restart.'
  if (/^SQLITE_(READONLY|CANTOPEN)/.test(code))
    return `The database file cannot be opened or written (${code}). Look at its permissions, and whether its file system is mounted read-only.`
  return `The database could not be written (${code}). It is tried again; where this stays, look at the disk and at the system's log.`
}

/** The error that a caller receives for a failure in a worker. */
export function toError(failure: Failure): Error {
  const cause = new StatementError(failure)
  return isDiskFailure(failure) ? new DomainError('store_failed', {}, { cause }) : cause
}
