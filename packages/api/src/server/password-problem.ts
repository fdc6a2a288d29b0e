import { COMMON_PASSWORDS } from './common-passwords.ts'

/** Words that many passwords are made of. With digits and signs around them they are still guessed first. */
const WORDS = (
  'password passwort motdepasse contrasena wachtwoord parola senha welcome willkommen bienvenue admin administrator root ' +
  'letmein iloveyou changeme changethis secret login master default guest user test temp demo qwerty azerty qwertz monkey ' +
  'dragon football baseball superman batman sunshine princess shadow summer winter spring autumn january february march ' +
  'april june july august september october november december monday friday sunday sentinelmesh sentinel'
)
  .split(' ')
  .toSorted((a, b) => b.length - a.length)

/** Rows of keys, columns of keys, and the alphabet: each is read in both directions. */
const RUNS = [
  '01234567890123456789',
  'abcdefghijklmnopqrstuvwxyz',
  'qwertyuiop',
  'qwertzuiop',
  'azertyuiop',
  'asdfghjkl',
  'yxcvbnm',
  'zxcvbnm',
  '1qaz2wsx3edc4rfv5tgb6yhn7ujm',
  'qazwsxedcrfvtgbyhnujm',
  '1q2w3e4r5t6y7u8i9o0p',
  'q1w2e3r4t5y6u7i8o9p0',
  'a1b2c3d4e5f6g7h8i9j0',
  '1a2b3c4d5e6f7g8h9i0j',
].flatMap((run) => [run, [...run].toReversed().join('')])
/** A shorter stretch of neighbors is found in many good passwords. */
const RUN_CHARS = 4
/** Characters that must be left of a password without its guessable parts. */
const OWN_CHARS = 6
const DISTINCT_CHARS = 5
const NAME_CHARS = 3

/** Signs that stand for letters. */
const LETTERS: Readonly<Record<string, string>> = { '@': 'a', $: 's', '0': 'o', '1': 'i', '3': 'e', '5': 's', '7': 't' }

const ADVICE = 'Several unrelated words work well.'

/**
 * Why a password of sufficient length is among those that are guessed first, as a sentence; null for one that may be used.
 * `names` are the user's own: username and organization.
 */
export function passwordProblem(password: string, names: readonly string[]): string | null {
  const folded = password.normalize('NFKC').toLowerCase()
  const compact = folded.replaceAll(/[^\p{L}\p{N}@$]/gu, '')
  if ([folded, folded.replaceAll(/\s/g, ''), compact].some((form) => COMMON_PASSWORDS.has(form)))
    return `This password is one of the most common ones. Choose another. ${ADVICE}`
  if (new Set(folded).size < DISTINCT_CHARS || isRepeated(compact))
    return `This password repeats a few characters. Choose another. ${ADVICE}`

  const ownNames = names.map(foldName).filter((name) => name.length >= NAME_CHARS)
  if (isBuiltFrom(ownNames, compact, 0))
    return `This password is little more than the username or the organization. Choose another. ${ADVICE}`
  const withoutRuns = withoutStretches(compact)
  if (withoutRuns.length < Math.min(compact.length, OWN_CHARS))
    return `This password is a row of neighboring keys or characters. Choose another. ${ADVICE}`
  if (isBuiltFrom([...WORDS, ...ownNames], withoutRuns, compact.length - withoutRuns.length))
    return `This password is little more than very common words. Choose another. ${ADVICE}`
  return null
}

/** Whether less than `OWN_CHARS` are left without these words, and without the digits that people put around them. */
function isBuiltFrom(words: readonly string[], compact: string, removed: number): boolean {
  const plain = (text: string) => [...text].map((character) => LETTERS[character] ?? character).join('')
  let rest = compact
  for (const word of words) {
    // The letters that signs stand for are as many characters as the signs.
    for (let at = plain(rest).indexOf(word); at >= 0; at = plain(rest).indexOf(word))
      rest = rest.slice(0, at) + rest.slice(at + word.length)
  }
  if (rest.length === compact.length && removed === 0) return false
  return rest.replaceAll(/\p{N}/gu, '').length < OWN_CHARS
}

function foldName(name: string): string {
  const compact = name
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]/gu, '')
  return [...compact].map((character) => LETTERS[character] ?? character).join('')
}

/** Whether it is one short piece over and over, the last time perhaps cut. */
function isRepeated(text: string): boolean {
  for (let length = 1; length <= Math.min(OWN_CHARS, text.length / 2); length += 1)
    if (
      text ===
      text
        .slice(0, length)
        .repeat(Math.ceil(text.length / length))
        .slice(0, text.length)
    )
      return true
  return false
}

/** Without every stretch of neighbors, the longest first at each place. */
function withoutStretches(text: string): string {
  let rest = ''
  for (let at = 0; at < text.length;) {
    const length = Math.max(...RUNS.map((run) => sharedLength(run, text, at)))
    if (length >= RUN_CHARS) {
      at += length
      continue
    }
    rest += text[at]
    at += 1
  }
  return rest
}

/** The number of characters from `at` that continue a part of the run. */
function sharedLength(run: string, text: string, at: number): number {
  const start = at + RUN_CHARS <= text.length ? run.indexOf(text.slice(at, at + RUN_CHARS)) : -1
  if (start < 0) return 0
  let length = RUN_CHARS
  while (at + length < text.length && text[at + length] === run[start + length]) length += 1
  return length
}
