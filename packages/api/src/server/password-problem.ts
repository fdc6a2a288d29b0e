import { COMMON_PASSWORDS } from './common-passwords.ts'

/** Words that many passwords are built from. Digits and signs around them do not make them hard to guess. */
const WORDS = (
  'password passwort motdepasse contrasena wachtwoord parola senha welcome willkommen bienvenue admin administrator root ' +
  'letmein iloveyou changeme changethis secret login master default guest user test temp demo qwerty azerty qwertz monkey ' +
  'dragon football baseball superman batman sunshine princess shadow summer winter spring autumn january february march ' +
  'april june july august september october november december monday friday sunday sentinelmesh sentinel'
)
  .split(' ')
  .toSorted((a, b) => b.length - a.length)

/** Keyboard rows, keyboard columns, and the alphabet, each in both directions. */
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
/** Many good passwords have shorter runs. */
const RUN_CHARS = 4
/** The least number of characters that must remain without the guessable parts. */
const OWN_CHARS = 6
const DISTINCT_CHARS = 5
const NAME_CHARS = 3

/** Signs and digits that people substitute for letters. */
const LETTERS: Readonly<Record<string, string>> = { '@': 'a', $: 's', '0': 'o', '1': 'i', '3': 'e', '5': 's', '7': 't' }

const ADVICE = 'Several unrelated words work well.'

/**
 * Says in a sentence why a password of sufficient length is easy to guess; null if it is acceptable. `names` are the
 * user's own: username and organization.
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

/** Returns whether fewer than `OWN_CHARS` characters remain without these words and without digits. */
function isBuiltFrom(words: readonly string[], compact: string, removed: number): boolean {
  const plain = (text: string) => [...text].map((character) => LETTERS[character] ?? character).join('')
  let rest = compact
  for (const word of words) {
    // Substituting letters keeps the length, so offsets in `plain(rest)` are valid in `rest`.
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

/** Returns whether it repeats one short piece; the last repetition can be incomplete. */
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

/** Removes every run, the longest one at each position. */
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

/** The length of the run's part that `text` has at `at`; 0 if it is shorter than `RUN_CHARS`. */
function sharedLength(run: string, text: string, at: number): number {
  const start = at + RUN_CHARS <= text.length ? run.indexOf(text.slice(at, at + RUN_CHARS)) : -1
  if (start < 0) return 0
  let length = RUN_CHARS
  while (at + length < text.length && text[at + length] === run[start + length]) length += 1
  return length
}
