import { createHash } from 'node:crypto'
import { LIMITS } from '@sentinelmesh/api/constants'
import { elements, JsonTextError, members } from '@sentinelmesh/text/json-text'
import { isExported } from '../ingest/exported-entry.ts'
import { readJson } from '../ingest/read-json.ts'
import { withApi } from './connect.ts'
import { lineBatches, openInput, type InputLine } from './input.ts'
import { printJson, printTable, visible } from '@sentinelmesh/command-line/print'
import { progressBar, shareOf } from './progress.ts'

/** Limits of one call. They leave room for the escapes of JSON inside JSON. */
const BATCH_ENTRIES = 500
const BATCH_BYTES = 2 * 1024 * 1024
/** A line may hold an array of entries. A longer line is rejected. */
const LINE_CHARS = 64 * 1024 * 1024
/** Rejected lines to list. All are counted. */
const LISTED = 20
const DEPTH = { depth: LIMITS.jsonDepth + 10 }

interface Options {
  readonly path?: string
  readonly id?: string
  readonly org?: string
  readonly json?: boolean
}

interface Line {
  readonly number: number
  readonly id: string
  readonly json: string
}

interface Summary {
  accepted: number
  duplicates: number
  rejected: { line: number; reason: string }[]
  matches: Map<string, { title: string; entries: number }>
}

/**
 * Imports NDJSON through the API. Stored entries are duplicates when they are sent again, so an interrupted import can
 * be repeated.
 */
export async function importFile(file: string, options: Options): Promise<void> {
  const input = openInput(file)
  const summary: Summary = { accepted: 0, duplicates: 0, rejected: [], matches: new Map() }
  const progress = progressBar(shareOf(input))
  await withApi(options.org, async (trpc) => {
    for await (const batch of batches(lineBatches(input.bytes, LINE_CHARS), options, summary)) {
      const { rejected, results } = await trpc.logs.import.mutate(batch.map(({ id, json }) => ({ id, json })))
      for (const { index, reason } of rejected) summary.rejected.push({ line: batch[index]?.number ?? 0, reason })
      for (const result of results) {
        if (result === null) continue
        if (result.duplicate) summary.duplicates += 1
        else {
          summary.accepted += 1
          for (const { rule_id, title } of result.matches) {
            summary.matches.set(rule_id, { title, entries: (summary.matches.get(rule_id)?.entries ?? 0) + 1 })
          }
        }
      }
      progress.show(`${summary.accepted + summary.duplicates} entries`)
    }
  }).finally(() => progress.end())
  print(summary, options.json === true)
  if (summary.rejected.length > 0) process.exitCode = 1
}

/** Yields entries with their ids. An unreadable line is counted as rejected. */
async function* batches(
  input: AsyncIterable<readonly InputLine[]>,
  options: Options,
  summary: Summary,
): AsyncGenerator<Line[]> {
  let batch: Line[] = []
  let bytes = 0
  for await (const lines of input) {
    for (const line of lines) {
      for (const entry of entriesOrRefusal(line, options, summary)) {
        if (batch.length > 0 && (batch.length >= BATCH_ENTRIES || bytes + entry.json.length > BATCH_BYTES)) {
          yield batch
          batch = []
          bytes = 0
        }
        batch.push(entry)
        bytes += entry.json.length
      }
    }
  }
  if (batch.length > 0) yield batch
}

function entriesOrRefusal({ number, text }: InputLine, options: Options, summary: Summary): readonly Line[] {
  try {
    if (text === null) throw new LineRefused(`The line has more than ${LINE_CHARS} characters.`)
    return text.trim() === '' ? [] : entriesOf(text, number, options)
  } catch (error) {
    if (!(error instanceof JsonTextError || error instanceof LineRefused)) throw error
    summary.rejected.push({
      line: number,
      reason: error instanceof LineRefused ? error.message : 'This is not JSON.',
    })
    return []
  }
}

class LineRefused extends Error {}

function entriesOf(text: string, number: number, { path, id: idPath }: Options): Line[] {
  const id = idPath === undefined ? (exportedId(text) ?? hashOf(number, text)) : idAt(text, idPath)
  const json = path === undefined ? text : valueAt(text, path)
  if (json === undefined) throw new LineRefused(`There is nothing at ${path}.`)
  if (path === undefined || !json.startsWith('[')) return [{ number, id, json }]
  return elements(json, DEPTH).map(({ start, end }, index) => ({
    number,
    id: `${id}#${index}`,
    json: json.slice(start, end),
  }))
}

function hashOf(number: number, text: string): string {
  return createHash('sha256').update(`${number}\n${text}`).digest('hex').slice(0, 32)
}

/** The id of an exported entry, so that the same entry in another export is a duplicate. */
function exportedId(text: string): string | undefined {
  if (!text.includes('"payload_type"')) return undefined
  const { value } = readJson(text)
  return isExported(value) ? value.id.slice(0, LIMITS.sourceIdChars) : undefined
}

function idAt(text: string, path: string): string {
  const value = valueAt(text, path)
  const id: unknown = value === undefined ? undefined : JSON.parse(value)
  if (typeof id === 'number') return String(value)
  if (typeof id !== 'string' || id === '')
    throw new LineRefused(`There is no id at ${path}: it has to be a text or a number.`)
  return id
}

/** The exact text of the value at a dotted path. */
function valueAt(text: string, path: string): string | undefined {
  return path.split('.').reduce<string | undefined>((object, name) => {
    if (object === undefined || !object.trimStart().startsWith('{')) return undefined
    const member = members(object, DEPTH).findLast((one) => one.name === name)
    return member === undefined ? undefined : object.slice(member.start, member.end)
  }, text)
}

function print({ accepted, duplicates, rejected, matches }: Summary, json: boolean): void {
  const byRule = [...matches]
    .map(([ruleId, { title, entries }]) => ({ rule_id: ruleId, title, entries }))
    .sort((a, b) => b.entries - a.entries)
  if (json) return printJson({ accepted, duplicates, rejected, matches: byRule })
  process.stdout.write(`${accepted} accepted, ${duplicates} duplicates, ${rejected.length} rejected\n`)
  for (const { line, reason } of rejected.slice(0, LISTED)) process.stdout.write(`  line ${line}: ${visible(reason)}\n`)
  if (rejected.length > LISTED) process.stdout.write(`  and ${rejected.length - LISTED} more\n`)
  if (byRule.length > 0) {
    process.stdout.write('\nMatches by rule\n')
    printTable(
      ['RULE', 'ENTRIES', 'TITLE'],
      byRule.map((one) => [one.rule_id, String(one.entries), visible(one.title)]),
    )
  }
}
