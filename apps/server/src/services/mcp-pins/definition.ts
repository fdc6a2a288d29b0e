import { createHash } from 'node:crypto'
import { LIMITS } from '@sentinelmesh/api/constants'
import type { Payload } from '@sentinelmesh/rules'
import { JsonTextError, members, unescapeString } from '@sentinelmesh/text/json-text'
import { repairText } from '@sentinelmesh/text/repair-text'
import { canonicalJson } from '../../judging/computed-id.ts'
import { DEFINITION_MEMBERS, onlyMembers } from '@sentinelmesh/telemetry'
import { wordDiff } from './word-diff.ts'

/** What a pin is about: icons may change as they like. */
const PINNED = [...DEFINITION_MEMBERS.tool, ...DEFINITION_MEMBERS.prompt].filter((name) => name !== 'icons')

/** Of the longest of these, with what stands around it. */
const NAME_CHARS = 'outputSchema: \n'.length

/** JSON as RFC 8785 writes it, of what a pin is about; of instructions that of their text. */
export function canonicalDefinition({ type, text }: Payload): string {
  if (type === 'text') return JSON.stringify(text)
  try {
    return canonicalJson(onlyMembers(text, PINNED, LIMITS.jsonDepth))
  } catch (error) {
    // It nests deeper than is read, or is no object: then each letter counts.
    if (error instanceof JsonTextError) return JSON.stringify(text)
    throw error
  }
}

/** A definition's name as the store keeps it, so that it is found again; at most `mcpDefinitionChars` and a hash. */
export function keptName(name: string): string {
  const repaired = repairText(name)
  const { mcpDefinitionChars: most } = LIMITS
  return repaired.length <= most ? repaired : `${repaired.slice(0, most).toWellFormed()}…${hashOf(repaired)}`
}

/** SHA-256, hex. */
export function hashOf(canonical: string): string {
  return createHash('sha256').update(canonical).digest('hex')
}

/**
 * What changed, member by member, at most `LIMITS.mcpDiffChars`, of what is kept of both (`LIMITS.mcpPinChars`); never empty.
 * Both are canonical. It takes milliseconds: not for inside a transaction.
 */
export function definitionDiff(before: string, after: string): string {
  const [old, now] = [membersOf(before), membersOf(after)]
  const changed = [...new Set([...old.keys(), ...now.keys()])].filter((name) => old.get(name) !== now.get(name))
  if (changed.length === 0) return `What differs is masked, or behind the first ${LIMITS.mcpPinChars} characters.`
  const share = Math.floor(LIMITS.mcpDiffChars / changed.length) - NAME_CHARS
  return changed
    .map((name) => `${name === '' ? '' : `${name}: `}${wordDiff(old.get(name) ?? '', now.get(name) ?? '', share)}`)
    .join('\n')
}

function membersOf(whole: string): Map<string, string> {
  const canonical = whole.slice(0, LIMITS.mcpPinChars)
  try {
    if (canonical.startsWith('"')) return new Map([['', unescapeString(canonical, 0, canonical.length)]])
    return new Map(
      members(canonical, { depth: LIMITS.jsonDepth }).map(({ name, type, start, end }) => [
        name,
        type === 'string' ? unescapeString(canonical, start, end) : canonical.slice(start, end),
      ]),
    )
  } catch (error) {
    // It was longer than is kept.
    if (error instanceof JsonTextError) return new Map([['', canonical]])
    throw error
  }
}
