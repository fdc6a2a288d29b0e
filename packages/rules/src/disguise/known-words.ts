import { CONCEPTS } from '../wording/concepts.ts'
import { LEXICONS } from '../wording/lexicon/index.ts'

/** The most common English words, which show that a text is one. */
const COMMON_WORDS =
  'the be to of and a in that have i it for not on with he as you do at this but his by from they we say her she or an will my one all would there their what so up out if about who get which go me when make can like time no just him know take people into year your good some could them see other than then now look only come its over think also back after use two how our work first well way even new want because any these give day most us is are was were been has had did does am more should must please very here where why each own same such both through before between never always every still while without within user data file name text write code message system response answer question using being tell information'

/** A shorter stem is the beginning of too many words. */
const SHORT_STEM = 4
const ENDING_CHARS = 5

/** The words of the lexicons and the most common words, in lower case. */
const words = new Set(COMMON_WORDS.split(' '))
/** The beginnings of words with any ending, by their length. */
const stems = new Set<string>()
for (const lexicon of LEXICONS)
  for (const concept of CONCEPTS)
    for (const word of (lexicon[concept] ?? '').toLowerCase().match(/[a-z]+\*?/g) ?? [])
      if (!word.endsWith('*')) words.add(word)
      else if (word.length > SHORT_STEM) stems.add(word.slice(0, -1))

/** All words without endings, for tables of the same words in disguise. */
export const KNOWN_WORDS: ReadonlySet<string> = new Set([...words, ...stems])

/** Returns true for a word that the lexicons or the most common words have. The word must be in lower case. */
export function isKnownWord(word: string): boolean {
  if (words.has(word)) return true
  for (let end = word.length; end >= Math.max(SHORT_STEM, word.length - ENDING_CHARS); end--)
    if (stems.has(word.slice(0, end))) return true
  return false
}
