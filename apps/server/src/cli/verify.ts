import { createReadStream, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { KeyObject } from 'node:crypto'
import {
  type AuditInspection,
  type ChainHead,
  type Finding,
  type Inspection,
  inspectSqlite,
  type OrgInspection,
} from '@sentinelmesh/db'
import { idOf, isSignedBy, parseLine, PUBLIC_FILE, readPublicKey } from '../chain-key.ts'
import { readConfig } from '../config.ts'
import { CommandFailed } from '@sentinelmesh/command-line/command-failed'
import { databaseFile } from './database-file.ts'
import { printJson, visible } from '@sentinelmesh/command-line/print'
import { progressBar } from './progress.ts'

interface Options {
  readonly head?: string
  readonly key?: string
  readonly org?: string
  readonly json?: boolean
}

/**
 * Verifies a database against its published heads. It can be that of another installation. The exit code is 1 if
 * anything is wrong.
 */
export async function verifyDatabase(given: string | undefined, options: Options): Promise<void> {
  const file = given ?? databaseFile()
  if (!existsSync(file)) throw new CommandFailed(`There is no file ${file}.`, 2)
  // Heads are read first, so that they are never newer than the database.
  const { heads, findings: unsigned } =
    options.head === undefined ? NONE : await publishedHeads(options.head, options.key)
  let share: number | null = null
  const progress = progressBar(() => share)
  const inspection = await inspectSqlite({
    file,
    org: options.org,
    published: heads,
    onProgress(what, done) {
      share = done
      progress.show(what)
    },
  }).finally(() => progress.end())
  if (inspection === 'no_such_org')
    throw new CommandFailed(`There is no organization ${JSON.stringify(options.org)}.`, 2)
  const { orgs, audit } = inspection
  const findings = [...unsigned, ...inspection.findings]
  if (options.json) printJson({ ok: findings.length === 0, orgs: orgs.map(toJson), audit: auditJson(audit), findings })
  else print({ orgs, audit, findings })
  if (findings.length > 0) process.exitCode = 1
}

interface Published {
  readonly heads: readonly ChainHead[]
  readonly findings: readonly Finding[]
}
const NONE: Published = { heads: [], findings: [] }

async function publishedHeads(file: string, keyFile: string | undefined): Promise<Published> {
  const key = publicKey(keyFile)
  const keyId = idOf(key)
  const heads: ChainHead[] = []
  const findings: Finding[] = []
  if (!existsSync(file)) throw new CommandFailed(`There is no file ${file} of published heads.`, 2)
  let number = 0
  for await (const line of createInterface({ input: createReadStream(file, 'utf8') })) {
    number += 1
    if (line.trim() === '') continue
    const head = parseLine(line)
    const wrong =
      head === undefined
        ? 'is no published head: it was cut off or changed'
        : head.key_id !== keyId
          ? `was signed with the key ${visible(head.key_id)}, and the one at hand is ${keyId}: name its public key with --key`
          : isSignedBy(key, head)
            ? undefined
            : 'does not bear its signature: it was changed, or is not of this installation'
    if (wrong !== undefined)
      findings.push({ type: 'signature', org: null, seq: null, says: `Line ${number} of ${file} ${wrong}.` })
    else if (head !== undefined) heads.push({ org: head.org, seq: head.seq, head: head.head })
  }
  if (heads.length === 0 && findings.length === 0) throw new CommandFailed(`${file} holds no published heads.`, 2)
  return { heads, findings }
}

function publicKey(file: string | undefined): KeyObject {
  const path = file ?? join(readConfig(process.env).dataDir, PUBLIC_FILE)
  if (!existsSync(path))
    throw new CommandFailed(
      `There is no public key ${path} to check published heads with. Name one with --key; it stands as ${PUBLIC_FILE} in the data folder.`,
      2,
    )
  try {
    return readPublicKey(readFileSync(path, 'utf8'))
  } catch {
    throw new CommandFailed(`${path} holds no Ed25519 public key in PEM.`, 2)
  }
}

function toJson({ slug, head, entries, removed, uncovered, publishedHeads: held, firstBadSeq }: OrgInspection) {
  return {
    org: slug,
    entries,
    removed,
    uncovered,
    head: head === null ? null : { seq: head.seq, head: head.head },
    published_heads: held,
    first_bad_seq: firstBadSeq,
  }
}

function auditJson(audit: AuditInspection | null) {
  if (audit === null) return null
  const { records, chainedLater, head, publishedHeads } = audit
  return {
    records,
    chained_later: chainedLater,
    head: head === null ? null : { id: head.seq, head: head.head },
    published_heads: publishedHeads,
  }
}

function sayAudit({ records, chainedLater, head, publishedHeads }: AuditInspection): string {
  const notes = [
    `${records} records`,
    ...(chainedLater > 0
      ? [`${chainedLater} of them chained by an upgrade, which cannot vouch for the time before`]
      : []),
    ...(head === null ? [] : [`head ${head.seq} ${head.head.slice(0, 16)}…`]),
    ...(publishedHeads > 0
      ? [`agrees with ${publishedHeads} published ${publishedHeads === 1 ? 'head' : 'heads'}`]
      : []),
  ]
  return `Audit: ${notes.join(', ')}`
}

function print({ orgs, audit, findings }: Inspection): void {
  const write = (line: string) => process.stdout.write(`${line}\n`)
  for (const { slug, head, entries, removed, uncovered, publishedHeads: held, firstBadSeq } of orgs) {
    const gone = Object.entries(removed).map(([reason, positions]) => `${positions} removed (${visible(reason)})`)
    const notes = [
      `${entries} entries`,
      ...gone,
      ...(uncovered > 0 ? [`${uncovered} from before there was a chain, which it cannot vouch for`] : []),
      ...(head === null ? [] : [`head ${head.seq} ${head.head.slice(0, 16)}…`]),
      ...(held > 0 ? [`agrees with ${held} published ${held === 1 ? 'head' : 'heads'}`] : []),
    ]
    write(`${slug}: ${notes.join(', ')}`)
    if (firstBadSeq !== null) write(`  first bad seq: ${firstBadSeq}`)
  }
  if (audit !== null) write(sayAudit(audit))
  for (const { type, org, says } of findings) write(`${org === null ? '' : `${org}: `}${type}: ${visible(says)}`)
  if (findings.length === 0) write('Everything agrees.')
}
