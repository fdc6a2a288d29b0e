import { createHash } from 'node:crypto'
import { LIMITS } from '@sentinelmesh/api/constants'
import type { Payload } from '@sentinelmesh/rules'
import { JsonTextError, members, unescapeString } from '@sentinelmesh/text/json-text'
import { repairText } from '@sentinelmesh/text/repair-text'
import { canonicalJson } from '../../judging/computed-id.ts'
import { DEFINITION_MEMBERS, onlyMembers } from '@sentinelmesh/telemetry'
import { wordDiff } from './word-diff.ts'

/** The members of a definition that a pin covers. Icons may change freely. */
const PINNED = [...DEFINITION_MEMBERS.tool, ...DEFINITION_MEMBERS.prompt].filter((name) => name !== 'icons')

/** The length of the longest member's name, with its separators. */
const NAME_CHARS = 'outputSchema: \n'.length

/** The pinned members as canonical JSON (RFC 8785). For instructions, their text. */
export function canonicalDefinition({ type, text }: Payload): string {
  if (type === 'text') return JSON.stringify(text)
  try {
    return canonicalJson(onlyMembers(text, PINNED, LIMITS.jsonDepth))
  } catch (error) {
    // The text is nested too deeply or is not an object, so it is compared literally.
    if (error instanceof JsonTextError) return JSON.stringify(text)
    throw error
  }
}

/**
 * Normalizes a definition's name as the store does, so that lookups find it. It has at most `mcpDefinitionChars` and a
 * hash.
 */
export function keptName(name: string): string {
  const repaired = repairText(name)
  const { mcpDefinitionChars: most } = LIMITS
  return repaired.length <= most ? repaired : `${repaired.slice(0, most).toWellFormed()}…${hashOf(repaired)}`
}

/** Hex-encoded SHA-256. */
export function hashOf(canonical: string): string {
  return createHash('sha256').update(canonical).digest('hex')
}

/**
 * Describes the changes per member in at most `LIMITS.mcpDiffChars`. Both texts are canonical and may be cut at
 * `LIMITS.mcpPinChars`. The result is never empty. It takes milliseconds, so do not call it inside a transaction.
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
    // The stored definition was cut.
    if (error instanceof JsonTextError) return new Map([['', canonical]])
    throw error
  }
}
