import { LIMITS } from '../limits.ts'
import { nearest } from '@sentinelmesh/text/nearest'
import { find } from '../parse/parse-head.ts'
import { headOf, type Reading } from '../parse/reading.ts'
import type { Correlation, RuleDocument } from '../parse/rule.ts'
import type { TreeMap } from '../parse/yaml/yaml-nodes.ts'

/** The keys of Sigma, and our own. */
const KEYS = (
  'title id name related taxonomy status description license author references date modified tags logsource detection ' +
  'correlation filter generate fields falsepositives level scope sentinelmesh'
).split(' ')
const LOG_SOURCE_KEYS = ['product', 'category', 'service', 'definition']

/**
 * Reports unknown keys that are similar to a known key; any other custom key is allowed. Returns the known keys that
 * were probably intended.
 */
export function lintKeys(root: TreeMap, reading: Reading): ReadonlySet<string> {
  const source = find(root, 'logsource')?.value
  if (source?.kind === 'map') lintSlips(source, LOG_SOURCE_KEYS, 'logsource.', reading)
  return lintSlips(root, KEYS, '', reading)
}

function lintSlips(map: TreeMap, keys: readonly string[], path: string, reading: Reading): ReadonlySet<string> {
  const meant = new Set<string>()
  const written = new Set(map.entries.map(({ key }) => key))
  const missing = keys.filter((known) => !written.has(known))
  const own = map.entries.filter(({ key }) => !keys.includes(key))
  for (const { key, keySpan } of own.slice(0, LIMITS.ownKeysLinted)) {
    const near = nearest(key, missing)
    if (near === null) continue
    meant.add(near)
    reading.warn(
      'misspelt_key',
      { span: keySpan, path: `${path}${key}` },
      `Nothing reads the key ${JSON.stringify(key)}.`,
      `Write "${near}".`,
    )
  }
  return meant
}

/** Checks the metadata. `meant` has the keys that are present but misspelled, so they are not reported as missing. */
export function lintHead(
  content: RuleDocument,
  root: TreeMap,
  { reading, meant }: { readonly reading: Reading; readonly meant: ReadonlySet<string> },
): void {
  const spanOf = (key: string) => find(root, key)?.keySpan ?? headOf(root)
  const id = find(root, 'id')?.value
  if ((id === undefined || (id.kind === 'scalar' && id.text.trim() === '')) && !meant.has('id'))
    reading.warn(
      'missing_id',
      { span: spanOf('id'), path: 'id' },
      'Without an id a rule is known by its text: whenever it changes it is another rule.',
      'Add an "id": a UUID, or a short text of your own.',
    )
  if (content.kind === 'filter') return
  if (content.falsepositives.every((note) => note.trim() === '') && !meant.has('falsepositives'))
    reading.warn(
      'missing_falsepositives',
      { span: spanOf('falsepositives'), path: 'falsepositives' },
      'The rule does not say when it is wrong; whoever looks at its matches wants to know.',
      'Add "falsepositives": a list of texts.',
    )
  const status = find(root, 'status')?.value
  if (status !== undefined && (content.status === 'deprecated' || content.status === 'unsupported'))
    reading.warn(
      'status_not_for_use',
      { span: status, path: 'status' },
      `The rule is ${content.status} but still loads. Disable it, or change its status.`,
    )
}

/** Reports unused aliases. */
export function lintCorrelation(content: Correlation, root: TreeMap, reading: Reading): void {
  const body = find(root, 'correlation')?.value
  const aliases = body?.kind === 'map' ? find(body, 'aliases')?.value : undefined
  if (aliases?.kind !== 'map') return
  const named = new Set([...content.groupBy, ...content.fields])
  for (const { key, keySpan } of aliases.entries)
    if (!named.has(key))
      reading.warn(
        'alias_unused',
        { span: keySpan, path: `correlation.aliases.${key}` },
        `Neither "group-by" nor "field" names the alias ${JSON.stringify(key)}.`,
      )
}
