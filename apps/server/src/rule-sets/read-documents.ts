import type { OrgId } from '@sentinelmesh/api'
import { DomainError } from '@sentinelmesh/api/constants'
import type { RuleRecord } from '@sentinelmesh/db'
import type { CustomEvaluator, Rule } from '@sentinelmesh/rules'
import type { ReadDocument } from '../rule-jobs/load.ts'
import type { RuleName } from '../rule-jobs/stand-ins.ts'
import { BOUNDS, type RuleThreads } from '../rule-jobs/rule-threads.ts'
import { LIMITS } from './limits.ts'

/** A rule that every org has: a document of the rule engine, or an evaluator in code. */
export interface Builtin {
  readonly id: string
  readonly title: string
  readonly hash: string
  readonly text: string
  readonly rule: Rule | null
  readonly custom: CustomEvaluator | null
}

export interface DocumentReader {
  /** Returns documents by id. A text is parsed once for all orgs. */
  readRecords(
    org: OrgId,
    records: readonly RuleRecord[],
    builtin: readonly Builtin[],
  ): Promise<ReadonlyMap<string, ReadDocument>>
  /** Caches a document that a thread has just read. */
  remember(text: { readonly hash: string; readonly text: string }, read: ReadDocument): void
}

/**
 * Parses texts in worker threads. A text that takes too long or too much memory is refused, and the others are read.
 */
export function documentReader(threads: RuleThreads['load']): DocumentReader {
  const known = new Map<string, { readonly read: ReadDocument; readonly chars: number }>()
  let chars = 0

  const recall = (hash: string): ReadDocument | undefined => {
    const before = known.get(hash)
    if (before === undefined) return undefined
    // Moves it to the end, so that the least recently used document is first.
    known.delete(hash)
    known.set(hash, before)
    return before.read
  }
  const remember = (hash: string, read: ReadDocument, length: number): void => {
    if (known.has(hash)) return
    known.set(hash, { read, chars: length })
    chars += length
    for (const [oldest, { chars: freed }] of known) {
      if (chars <= LIMITS.readRulesChars || oldest === hash) break
      known.delete(oldest)
      chars -= freed
    }
  }

  const readBatch = async (org: OrgId, batch: readonly RuleRecord[]): Promise<ReadDocument[]> => {
    try {
      const texts = batch.map(({ text }) => text)
      const read = await threads.run(org, 'loadDocuments', { texts }, { bound: BOUNDS.load })
      return read.map((one, index) => withText(one, texts[index] ?? ''))
    } catch (error) {
      const [only, ...others] = batch
      if (only === undefined || !isTooExpensive(error)) throw error
      if (others.length === 0) return [refused(only.ruleId, error)]
      const each: ReadDocument[] = []
      for (const record of batch) each.push(...(await readBatch(org, [record])))
      return each
    }
  }

  return {
    remember: ({ hash, text }, read) => remember(hash, withText(read, text), text.length),
    async readRecords(org, records, builtin) {
      const found = new Map<string, ReadDocument>()
      const unread: RuleRecord[] = []
      for (const record of records) {
        if (record.kind === 'correlation') continue
        const before = recall(record.hash)
        if (before === undefined) unread.push(record)
        else found.set(record.ruleId, before)
      }
      for (const batch of batches(unread)) {
        const read = await readBatch(org, batch)
        for (const [index, { ruleId, hash, text }] of batch.entries()) {
          const one = read[index] ?? NOTHING
          found.set(ruleId, one)
          remember(hash, one, text.length)
        }
      }
      const correlations = records.filter(({ kind }) => kind === 'correlation')
      if (correlations.length > 0) {
        const beside = [
          ...builtin.map(({ id, rule }) => ({ id, name: rule?.name ?? null })),
          ...[...found].map(([id, { document }]) => ({ id, name: document?.name ?? null })),
        ]
        const read = await readCorrelations(threads, org, { correlations, beside })
        for (const [index, { ruleId }] of correlations.entries()) found.set(ruleId, read[index] ?? NOTHING)
      }
      return found
    },
  }
}

const NOTHING: ReadDocument = { document: null, problems: [] }

/** Maximum texts to read in one job. The reply stays small enough not to block the event loop. */
const BATCH = { records: 64, chars: 128 * 1024 }

function* batches(records: readonly RuleRecord[]): Generator<readonly RuleRecord[]> {
  let batch: RuleRecord[] = []
  let chars = 0
  for (const record of records) {
    if (batch.length > 0 && (batch.length >= BATCH.records || chars + record.text.length > BATCH.chars)) {
      yield batch
      batch = []
      chars = 0
    }
    batch.push(record)
    chars += record.text.length
  }
  if (batch.length > 0) yield batch
}

/** Adds the text to a document. The thread leaves it out if it is the complete text. */
function withText({ document, problems }: ReadDocument, text: string): ReadDocument {
  return { document: document?.text === '' ? { ...document, text } : document, problems }
}

async function readCorrelations(
  threads: RuleThreads['load'],
  org: OrgId,
  { correlations, beside }: { readonly correlations: readonly RuleRecord[]; readonly beside: readonly RuleName[] },
): Promise<ReadDocument[]> {
  const texts = correlations.map(({ ruleId: id, text }) => ({ id, text }))
  try {
    return await threads.run(org, 'loadCorrelations', { texts, beside }, { bound: BOUNDS.load })
  } catch (error) {
    if (!isTooExpensive(error)) throw error
    return correlations.map(({ ruleId }) => refused(ruleId, error))
  }
}

const isTooExpensive = (error: unknown): error is DomainError =>
  error instanceof DomainError && error.code === 'too_expensive'

function refused(ruleId: string, { message }: DomainError): ReadDocument {
  const range = { line: 1, column: 1, endLine: 1, endColumn: 1 }
  return {
    document: null,
    problems: [{ file: null, range, path: '$', code: 'too_large', severity: 'error', message, mend: null, ruleId }],
  }
}
