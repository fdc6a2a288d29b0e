import type { Mention } from './phrase-trie.ts'
import type { Sentence } from './sentences.ts'

/**
 * A stance tells that a phrase is reported or discussed rather than said:
 * - `negated`: "never ignore the instructions".
 * - `quoted`: within a short quotation in prose.
 * - `literal`: within a string of source code.
 * - `fenced`: within a code fence.
 * - `taught`: the text around it is about attacks.
 */
export const STANCES = ['negated', 'quoted', 'literal', 'fenced', 'taught'] as const
export type Stance = (typeof STANCES)[number]

/** What is known of a text before its sentences are read. */
export interface Source {
  readonly text: string
  readonly isSource: boolean
  readonly fences: readonly number[]
}

export function stancesOf(
  { text, isSource, fences }: Source,
  sentence: Sentence,
  { start, end }: Mention,
): readonly Stance[] {
  const stances: Stance[] = []
  const before = text.slice(Math.max(sentence.start, start - 32), start)
  if (NEGATED.test(before) || NEGATED_AFTER.test(text.slice(end, end + 8))) stances.push('negated')
  const line = lineAround(text, start)
  const quote = quotationAround(text, line, start, end)
  if (quote !== null && (isSource || !isValue(text, quote.start)))
    stances.push(isSource || isCode(text, line) ? 'literal' : 'quoted')
  if (isFenced(fences, start)) stances.push('fenced')
  if (TAUGHT.test(text.slice(Math.max(0, start - 400), end + 240))) stances.push('taught')
  return stances
}

const NEGATED =
  /(?:\b(?:not|never|no|don.?t|doesn.?t|didn.?t|won.?t|cannot|can.?t|mustn.?t|shouldn.?t|without|avoid|nicht|nie|kein\w*|jamais|nunca|non|niet|geen|nem|ne|inte|ikke|ikkje|jangan|huwag|usi\w*)\b|(?<!\p{L})(?:не|ні|لا|न|μην?|δεν|אל|älä|đừng|không)(?!\p{L}))[\s"'*_,]{1,4}(?:[\w’']{1,12}[\s"'*_,]{1,4}){0,2}$|(?:不要|不得|不可|不能|别|別|切勿|请勿|請勿|อย่า|ห้าม)$/iu

/** Japanese and Korean negate a verb after its stem. */
const NEGATED_AFTER = /^(?:な[いくで]|ず|ません|지\s?(?:마|말|않)|지는)/

/** Words of texts about attacks on models, not of the attacks. */
const TAUGHT =
  /\b(?:prompt[ -]injections?|injection (?:attacks?|attempts?|payloads?|wording|patterns?)|(?<![.@/-])attackers?(?![\w-]*\.\w)|adversar(?:y|ies|ial)|jailbreak(?:s|ing)? (?:attempts?|attacks?|prompts?|techniques?|detection)|red[ -]team\w*|threat models?|mitigat\w+|owasp|malicious (?:instructions?|prompts?|content|inputs?|actors?|users?|text)|untrusted (?:data|content|input|text)|phishing|false positives?|detection rules?|vulnerabilit(?:y|ies)|security (?:training|awareness|researchers?|advisor(?:y|ies))|such as|e\.g\.|for example|for instance|phrases? (?:like|such)|sentences? (?:like|such)|things like|strings? (?:like|such)|zum Beispiel|par exemple|por ejemplo|angreifer\w*|атак\w*|攻击者|攻擊者|攻撃者)\b/iu

/** The line around a place, at most this many characters to each side. */
const LINE_CHARS = 400

function lineAround(text: string, at: number): Sentence {
  // The search is within a slice, because a text may have no line end at all.
  const from = Math.max(0, at - LINE_CHARS)
  const before = text.slice(from, at).lastIndexOf('\n')
  const after = text.slice(at, at + LINE_CHARS).indexOf('\n')
  return { start: from + before + 1, end: after < 0 ? Math.min(text.length, at + LINE_CHARS) : at + after }
}

const OPENING = new Map([
  ['"', '"'],
  ["'", "'"],
  ['`', '`'],
  ['“', '”'],
  ['„', '“'],
  ['‘', '’'],
  ['«', '»'],
  ['「', '」'],
  ['『', '』'],
])
/** A longer quotation is a text of its own. */
const QUOTATION_CHARS = 240

/** The range of a short quotation in the line that contains the place; null if there is none. */
function quotationAround(text: string, line: Sentence, start: number, end: number): Sentence | null {
  let open: { readonly at: number; readonly closing: string } | null = null
  for (let at = line.start; at < start; at++) {
    const character = text.charAt(at)
    if (open !== null) {
      if (character === open.closing && !isApostrophe(text, at)) open = null
      continue
    }
    const closing = OPENING.get(character)
    if (closing !== undefined && !isApostrophe(text, at)) open = { at, closing }
  }
  if (open === null) return null
  for (let at = end; at < Math.min(line.end, open.at + QUOTATION_CHARS); at++)
    if (text.charAt(at) === open.closing && !isApostrophe(text, at)) return { start: open.at, end: at + 1 }
  return null
}

/** Returns true if the quotation is the value of a key or an item of a list, as in YAML, JSON and the output of tools. */
const isValue = (text: string, at: number) =>
  /(?:^|\n)\s*(?:[-*]\s*)?$|["'\w]\s*:\s*$|[[,{]\s*$/.test(text.slice(Math.max(0, at - 24), at))

/** The apostrophe in `don't`. */
const isApostrophe = (text: string, at: number) =>
  /['’]/.test(text.charAt(at)) && /\p{L}/u.test(text.charAt(at - 1)) && /\p{L}/u.test(text.charAt(at + 1))

/** Returns true if a text is source code: 40 % of the lines at its beginning end or begin like code. */
export function isSourceCode(text: string): boolean {
  const lines = text
    .slice(0, SOURCE_CHARS)
    .split('\n')
    .filter((line) => line.trim() !== '')
  if (lines.length < 4) return false
  const code = lines.filter((line) => SOURCE_LINE.test(line)).length
  return code / lines.length >= 0.4
}

/** How much of a text decides whether it is source code. */
const SOURCE_CHARS = 4_096
const SOURCE_LINE =
  /[;{}]\s{0,3}$|^\s*(?:import|export|const|let|var|function|def|class|return|if|for|while|from|use|package|public|private|static|#include|#define|elif|else|try|except|describe|test|it)\b|\)\s{0,3}[:,]?\s{0,3}$|=>/

/** A line of source code that calls or assigns. A key with a value is data. */
function isCode(text: string, { start, end }: Sentence): boolean {
  return CODE.test(text.slice(start, end))
}

const CODE = /\w\(['"`]|=>|===?|\bconst\b|\blet\b|\breturn\b|\w\s{0,3}=\s{0,3}['"`[{]|[;{]\s{0,3}$/

/** Returns the places of the code fences of a text, in order. */
export function fencesOf(text: string): readonly number[] {
  const fences: number[] = []
  for (let at = text.indexOf('```'); at >= 0; at = text.indexOf('```', at + 3)) fences.push(at)
  return fences
}

/** Returns true if an odd number of code fences is before the place. */
function isFenced(fences: readonly number[], at: number): boolean {
  let [low, high] = [0, fences.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((fences[middle] ?? 0) < at) low = middle + 1
    else high = middle
  }
  return low % 2 === 1
}
