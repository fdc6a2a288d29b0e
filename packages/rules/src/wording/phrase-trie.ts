import { foldCase } from '@sentinelmesh/text/fold-case'
import { CONCEPTS, type Concept, type Lexicon } from './concepts.ts'

/** A node of the trie: one character of a phrase. */
interface Node {
  readonly next: Map<number, Node>
  /** Concepts of phrases that end here, if a word ends here too. */
  readonly ends: Concept[]
  /** Concepts of phrases that end here with any ending of the word. */
  readonly stems: Concept[]
}

/** A phrase in a text, with its range. */
export interface Mention {
  readonly concept: Concept
  readonly start: number
  readonly end: number
}

/** Finds the phrases of all lexicons in a text. */
export type FindMentions = (text: string) => readonly Mention[]

const newNode = (): Node => ({ next: new Map(), ends: [], stems: [] })
const SPACE = 32
/** The longest ending that a `*` stands for, in UTF-16 units. */
const ENDING_CHARS = 14
/** The longest run of separators between two words of a phrase. */
const SEPARATOR_CHARS = 12

/** Compiles lexicons. Matching takes time linear in the text: a phrase begins at a word, and few words begin a phrase. */
export function phraseFinder(lexicons: readonly Lexicon[]): FindMentions {
  const root = newNode()
  for (const lexicon of lexicons)
    for (const concept of CONCEPTS)
      for (const phrase of (lexicon[concept] ?? '').split(/[,\n]/)) addPhrase(root, phrase, concept)
  // Most characters begin no phrase, which a table tells faster than a map.
  const begins = new Uint8Array(0x10000)
  for (const code of root.next.keys()) begins[code] = 1
  return (text) => {
    const folded = foldCase(text)
    const mentions: Mention[] = []
    for (let at = 0; at < folded.length; at++)
      if (begins[folded.charCodeAt(at)] === 1 && beginsWord(folded, at)) addMentionsAt(root, folded, at, mentions)
    return mentions
  }
}

function addPhrase(root: Node, phrase: string, concept: Concept): void {
  const normal = foldCase(phrase).trim().replaceAll(/\s+/g, ' ')
  const isStem = normal.endsWith('*')
  let node = root
  for (const character of isStem ? normal.slice(0, -1) : normal) {
    for (let unit = 0; unit < character.length; unit++) {
      const code = character.charCodeAt(unit)
      const next = node.next.get(code) ?? newNode()
      node.next.set(code, next)
      node = next
    }
  }
  if (node === root) return
  const list = isStem ? node.stems : node.ends
  if (!list.includes(concept)) list.push(concept)
}

/** Adds the longest phrase of each concept that begins here. */
function addMentionsAt(root: Node, text: string, start: number, mentions: Mention[]): void {
  const first = mentions.length
  let node: Node | undefined = root
  let at = start
  while (at < text.length) {
    const code = text.charCodeAt(at)
    const next: Node | undefined = node.next.get(normalized(code))
    if (next === undefined) {
      const between: Node | undefined = node.next.get(SPACE)
      if (between === undefined || !isSeparator(code)) return
      const word = afterSeparators(text, at)
      if (word === at) return
      node = between
      at = word
      continue
    }
    node = next
    at += 1
    const wordEnd = node.stems.length > 0 ? endOfWord(text, at) : at
    for (const concept of node.stems)
      if (wordEnd - at <= ENDING_CHARS) put(mentions, first, { concept, start, end: wordEnd })
    if (node.ends.length > 0 && endsWord(text, at))
      for (const concept of node.ends) put(mentions, first, { concept, start, end: at })
  }
}

function put(mentions: Mention[], first: number, mention: Mention): void {
  for (let index = first; index < mentions.length; index++)
    if (mentions[index]?.concept === mention.concept) {
      mentions[index] = mention
      return
    }
  mentions.push(mention)
}

/** Typographic apostrophes are the plain one. */
const normalized = (code: number) => (code === 0x2019 || code === 0x02bc ? 0x27 : code)

const isAsciiWord = (code: number) =>
  (code >= 97 && code <= 122) || (code >= 48 && code <= 57) || code === 95 || (code >= 65 && code <= 90)
/** Letters beyond ASCII, which include those of scripts without spaces. */
const isWord = (code: number) =>
  code < 128 ? isAsciiWord(code) : code >= 0xc0 && code !== 0xd7 && code !== 0xf7 && !isPunctuation(code)
const isPunctuation = (code: number) =>
  (code >= 0x2000 && code <= 0x206f) ||
  (code >= 0x3000 && code <= 0x303f) ||
  (code >= 0xff00 && code <= 0xff0f) ||
  OTHER_PUNCTUATION.has(code)
/** The marks of Greek, Arabic, Urdu, and the languages of India. */
const OTHER_PUNCTUATION = new Set([0x37e, 0x387, 0x60c, 0x61b, 0x61f, 0x6d4, 0x964, 0x965])
/** Thai, Lao, Chinese, Japanese and Korean: a phrase can begin at any character. */
const isUnspaced = (code: number) =>
  code >= 0xe00 && (code <= 0xeff || (code >= 0x1100 && code <= 0x11ff) || (code >= 0x3040 && code <= 0xd7ff))

function beginsWord(text: string, at: number): boolean {
  const code = text.charCodeAt(at)
  if (isUnspaced(code)) return true
  if (!isWord(code)) return code === 46 || code === 47 || code === 126 // ".env", "/etc", "~/.ssh"
  return at === 0 || !isWord(text.charCodeAt(at - 1)) || isUnspaced(text.charCodeAt(at - 1))
}

function endsWord(text: string, at: number): boolean {
  if (at >= text.length) return true
  const code = text.charCodeAt(at)
  return !isWord(code) || isUnspaced(code) || isUnspaced(text.charCodeAt(at - 1))
}

function endOfWord(text: string, from: number): number {
  let at = from
  while (at < text.length && isWord(text.charCodeAt(at)) && at - from <= ENDING_CHARS) at += 1
  return at
}

/** Blanks, line ends, quotes and marks of emphasis. */
const isSeparator = (code: number) =>
  code === SPACE ||
  code === 9 ||
  code === 10 ||
  code === 13 ||
  code === 0xa0 ||
  (code < 128 && '"\'*_`>#-\\'.includes(String.fromCharCode(code)))

function afterSeparators(text: string, from: number): number {
  let at = from
  while (at < text.length && at - from < SEPARATOR_CHARS && isSeparator(text.charCodeAt(at))) at += 1
  return at
}
