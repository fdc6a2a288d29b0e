import type { LogSource } from '../entry.ts'
import { LEVELS, LEVEL_POINTS, REPORTED_FAMILY, type Level } from '../risk.ts'
import { sha256 } from '../sha256.ts'
import { LOG_SOURCE_KEYS } from './log-source.ts'
import { mendTo } from './mend.ts'
import { nearest } from '@sentinelmesh/text/nearest'
import { headOf, type Reading } from './reading.ts'
import type { Head, Weight } from './rule.ts'
import type { Tree, TreeEntry, TreeMap, TreeScalar } from './yaml/yaml-nodes.ts'

export function find(map: TreeMap, key: string): TreeEntry | undefined {
  return map.entries.find((entry) => entry.key === key)
}

/** Maximum number of characters in a title, from the Sigma specification and its schema. */
export const TITLE_CHARS = 256
const MAX_CHARS: Readonly<Partial<Record<string, number>>> = { title: TITLE_CHARS, name: 256, description: 65_535 }
export const STATUSES = ['stable', 'test', 'experimental', 'deprecated', 'unsupported']
export const RELATIONS = ['derived', 'obsolete', 'merged', 'renamed', 'similar']
/** Sigma's tag format: a namespace and a name, in lowercase. */
export const TAG = /^[a-z0-9_-]+\.[a-z0-9._-]+$/

/** Parses a document's metadata. Only the title is required; other faults are reported and their values ignored. */
export function parseHead(root: TreeMap, text: string, reading: Reading): Head {
  const hash = sha256(text)
  const status = metadataText(root, 'status', reading)
  const bad = (key: string, tree: Tree, message: string, mend: string | null = null) =>
    reading.fault('bad_metadata', { span: tree, path: key }, message, mend)

  const statusTree = find(root, 'status')?.value
  if (status !== null && statusTree !== undefined && !STATUSES.includes(status)) {
    const near = nearest(status, STATUSES)
    bad(
      'status',
      statusTree,
      `There is no status ${JSON.stringify(status)}; there are ${list(STATUSES)}.`,
      mendTo(near),
    )
  }
  checkRelated(root, reading)
  metadataText(root, 'taxonomy', reading)
  for (const key of ['fields', 'scope']) metadataTexts(root, key, reading)
  const id = metadataText(root, 'id', reading)?.trim()
  const name = metadataText(root, 'name', reading)
  return {
    id: id === undefined || id === '' ? hash.slice(0, 16) : id,
    name: name === '' ? null : name,
    title: parseTitle(root, reading),
    description: metadataText(root, 'description', reading),
    status,
    author: metadataText(root, 'author', reading),
    date: parseDate(root, 'date', reading),
    modified: parseDate(root, 'modified', reading),
    license: metadataText(root, 'license', reading),
    references: metadataTexts(root, 'references', reading),
    tags: parseTags(root, reading),
    falsepositives: metadataTexts(root, 'falsepositives', reading),
    text,
    hash,
  }
}

const list = (names: readonly string[]) => `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`

function parseTitle(root: TreeMap, reading: Reading): string {
  const value = find(root, 'title')?.value
  if (value?.kind !== 'scalar' || value.value === null || value.text.trim() === '') {
    const part = { span: value ?? headOf(root), path: 'title' }
    reading.keep(reading.error('missing_title', part, 'A rule needs a "title": a text.'))
    return ''
  }
  const { text } = value
  if (typeof value.value !== 'string')
    reading.fault(
      'missing_title',
      { span: value, path: 'title' },
      'The title must be a text.',
      `Write '${text}' in quotes.`,
    )
  checkLength('title', value, reading)
  // Every match contains the title, so one that exceeds the specification is truncated.
  return text.length > TITLE_CHARS ? [...text].slice(0, TITLE_CHARS).join('') : text
}

function checkLength(key: string, value: TreeScalar, reading: Reading): void {
  const most = MAX_CHARS[key] ?? Infinity
  const chars = value.text.length > most ? [...value.text].length : 0
  if (chars > most)
    reading.fault(
      'bad_metadata',
      { span: value, path: key },
      `"${key}" has at most ${most} characters; this one has ${chars}.`,
    )
}

function metadataText(root: TreeMap, key: string, reading: Reading): string | null {
  const value = find(root, key)?.value
  if (value === undefined) return null
  if (value.kind !== 'scalar') {
    reading.fault('bad_metadata', { span: value, path: key }, `"${key}" must be a text.`)
    return null
  }
  checkLength(key, value, reading)
  return value.value === null ? null : value.text
}

function metadataTexts(root: TreeMap, key: string, reading: Reading): string[] {
  return textItems(root, key, reading).map(({ text }) => text)
}

function textItems(root: TreeMap, key: string, reading: Reading): TreeScalar[] {
  const value = find(root, key)?.value
  if (value === undefined || (value.kind === 'scalar' && value.value === null)) return []
  const items = value.kind === 'list' ? value.items : [value]
  return items.flatMap((item, index) => {
    if (item.kind === 'scalar') return [item]
    const path = value.kind === 'list' ? `${key}[${index}]` : key
    reading.fault('bad_metadata', { span: item, path }, `"${key}" must be a list of texts.`)
    return []
  })
}

function parseTags(root: TreeMap, reading: Reading): string[] {
  return textItems(root, 'tags', reading).map((item, index) => {
    const { text } = item
    if (!TAG.test(text)) {
      const mended = text.toLowerCase().trim().replaceAll(/\s+/g, '.')
      reading.fault(
        'bad_metadata',
        { span: item, path: `tags[${index}]` },
        `The tag ${JSON.stringify(text)} is not "namespace.name" in lower case.`,
        TAG.test(mended) ? mendTo(mended) : null,
      )
    }
    return text
  })
}

function parseDate(root: TreeMap, key: string, reading: Reading): string | null {
  const text = metadataText(root, key, reading)
  const value = find(root, key)?.value
  if (text === null || value === undefined) return text
  const [, year = '', mark = '', month = '', day = ''] = /^(\d{4})([-/])(\d\d?)\2(\d\d?)$/.exec(text) ?? []
  const iso = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
  const part = { span: value, path: key }
  if (!isDay(iso)) reading.fault('bad_metadata', part, `${JSON.stringify(text)} is no date; write YYYY-MM-DD.`)
  else if (mark === '/' || iso !== text)
    reading.warn('old_metadata', part, 'Dates have been written YYYY-MM-DD since Sigma 2.0.', mendTo(iso))
  return text
}

function isDay(text: string): boolean {
  const date = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text)
}

function checkRelated(root: TreeMap, reading: Reading): void {
  const value = find(root, 'related')?.value
  if (value === undefined || (value.kind === 'scalar' && value.value === null)) return
  if (value.kind !== 'list') {
    reading.fault('bad_metadata', { span: value, path: 'related' }, '"related" is a list of maps with id and type.')
    return
  }
  for (const [index, item] of value.items.entries()) {
    const part = { span: item, path: `related[${index}]` }
    const id = item.kind === 'map' ? find(item, 'id')?.value : undefined
    const type = item.kind === 'map' ? find(item, 'type')?.value : undefined
    if (id?.kind !== 'scalar' || id.value === null || type?.kind !== 'scalar')
      reading.fault('bad_metadata', part, 'A relation is a map with an id and a type.')
    else if (type.text === 'obsoletes')
      reading.warn('old_metadata', part, 'The relation is called "obsolete" since Sigma 2.0.', 'Write "obsolete".')
    else if (!RELATIONS.includes(type.text))
      reading.fault(
        'bad_metadata',
        part,
        `There is no relation ${JSON.stringify(type.text)}; there are ${list(RELATIONS)}.`,
        mendTo(nearest(type.text, RELATIONS)),
      )
  }
}

/** Parses the level and points, `medium` by default. */
export function parseWeight(root: TreeMap, id: string, reading: Reading): Weight {
  const level = parseLevel(root, reading)
  const { points, family } = reading.attempt(() => parseOwn(root, reading)) ?? { points: null, family: null }
  return { level, points: points ?? LEVEL_POINTS[level], family: family ?? id }
}

function parseLevel(root: TreeMap, reading: Reading): Level {
  const text = metadataText(root, 'level', reading)
  const value = find(root, 'level')?.value
  if (text === null || value === undefined) return 'medium'
  const level = LEVELS.find((known) => known === text)
  if (level !== undefined) return level
  reading.fault(
    'bad_metadata',
    { span: value, path: 'level' },
    `There is no level ${JSON.stringify(text)}; there are ${list(LEVELS)}. It counts as medium.`,
    mendTo(nearest(text, LEVELS)),
  )
  return 'medium'
}

/** Parses our own key, `sentinelmesh`. A mistake in it would change a risk, so it is an error and not a warning. */
function parseOwn(root: TreeMap, reading: Reading): { points: number | null; family: string | null } {
  const own = find(root, 'sentinelmesh')?.value
  if (own === undefined) return { points: null, family: null }
  const bad = (span: Tree | TreeEntry['keySpan'], path: string, message: string) =>
    reading.error('bad_metadata', { span, path }, message)
  if (own.kind !== 'map') throw bad(own, 'sentinelmesh', '"sentinelmesh" is a map: {points, family}.')
  let points: number | null = null
  let family: string | null = null
  for (const { key, keySpan, value } of own.entries) {
    const path = `sentinelmesh.${key}`
    if (key === 'points') {
      const number = value.kind === 'scalar' ? value.value : null
      if (typeof number !== 'number' || !Number.isInteger(number) || number < 0 || number > 100)
        throw bad(value, path, '"points" is a whole number from 0 to 100.')
      points = number
    } else if (key === 'family') {
      if (value.kind !== 'scalar' || value.value === null) throw bad(value, path, '"family" is a text.')
      if (value.text === '' || value.text === REPORTED_FAMILY)
        throw bad(value, path, `"${value.text}" cannot be the family of a rule.`)
      family = value.text
    } else throw bad(keySpan, path, `"sentinelmesh" knows points and family, not ${JSON.stringify(key)}.`)
  }
  return { points, family }
}

export function parseLogSource(root: TreeMap, reading: Reading): LogSource {
  const value = find(root, 'logsource')?.value
  if (value === undefined)
    throw reading.error(
      'missing_logsource',
      { span: headOf(root), path: 'logsource' },
      'A rule needs a "logsource" with a product, a category or a service.',
    )
  const part = { span: value, path: 'logsource' }
  if (value.kind !== 'map')
    throw reading.error('bad_logsource', part, '"logsource" is a map: product, category, service.')
  const source: Partial<Record<(typeof LOG_SOURCE_KEYS)[number], string>> = {}
  for (const key of LOG_SOURCE_KEYS) {
    const found = find(value, key)?.value
    if (found === undefined || (found.kind === 'scalar' && (found.value === null || found.text === ''))) continue
    if (found.kind !== 'scalar' || typeof found.value !== 'string')
      throw reading.error('bad_logsource', { span: found, path: `logsource.${key}` }, `"${key}" must be a text.`)
    source[key] = found.text
  }
  if (Object.keys(source).length === 0)
    throw reading.error('bad_logsource', part, '"logsource" names a product, a category or a service.')
  return source
}
