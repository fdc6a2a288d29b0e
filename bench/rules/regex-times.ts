import { Worker } from 'node:worker_threads'
import { compileRegex } from '../../packages/rules/src/regex/regex.ts'
import { cpuMs } from './cpu.ts'

export interface RegexWork {
  readonly type: 'regex'
  /** Text lengths in characters, ascending, each ten times the previous one. */
  readonly sizes: readonly number[]
  readonly rounds: number
  /** The search is repeated for at least this long, so that short times can be measured. */
  readonly leastMs: number
  /** Timeout for JavaScript's `RegExp`. */
  readonly javascriptMs: number
}

export interface RegexTimes {
  readonly name: string
  readonly pattern: string
  /** Milliseconds per search. For each size, one figure per round. */
  readonly ms: readonly (readonly number[])[]
  /** Milliseconds of JavaScript's `RegExp` on the same texts. Null for a timeout, which also ends the list. */
  readonly javascript: readonly (number | null)[]
}

interface WorstCase {
  readonly name: string
  readonly pattern: string
  /** Returns a text of about `chars` characters. */
  readonly text: (chars: number) => string
}

const repeated =
  (unit: string, end = '!') =>
  (chars: number) =>
    flat(unit.repeat(Math.ceil(chars / unit.length)).slice(0, chars - end.length) + end)

/** Returns a flat string, like text read from a file. V8 stores a concatenated string as a tree of its parts. */
const flat = (text: string) => Buffer.from(text).toString()

/** Words with common prefixes. */
const WORDS = Array.from(
  { length: 400 },
  (_, number) => `w${number.toString(5).replaceAll(/\d/g, (digit) => 'abcde'.charAt(Number(digit)))}x`,
)

/** Patterns that make a backtracking matcher try every path, each with a text that nearly matches. */
const WORST: readonly WorstCase[] = [
  { name: 'a repetition of a repetition', pattern: '(a+)+$', text: repeated('a') },
  { name: 'alternatives that overlap', pattern: '(a|aa)+$', text: repeated('a') },
  { name: 'words with optional blanks', pattern: String.raw`(\w+\s?)*\d$`, text: repeated('word ') },
  { name: 'a repeated chain of any text', pattern: '(.*a){12}$', text: repeated('a') },
  { name: 'any text between five letters', pattern: 'a.*b.*c.*d.*e$', text: repeated('abcd') },
  { name: 'bounded gaps', pattern: 'a.{0,40}b.{0,40}c$', text: repeated('ab') },
  { name: 'a long list of words', pattern: `(?:${WORDS.join('|')})end`, text: repeated(WORDS.join('')) },
  {
    name: 'a list of words, repeated',
    pattern: `(?:${WORDS.slice(0, 60).join('|')})+end$`,
    text: repeated(WORDS.slice(0, 60).join('')),
  },
  { name: 'blanks before the end', pattern: String.raw`\s+$`, text: repeated(' ') },
  { name: 'letters, then a digit', pattern: '[a-z]+[0-9]', text: repeated('abcdefgh') },
  { name: 'the same in any case', pattern: '(?i)(?:[a-z]+-)+[0-9]{4}', text: repeated('Ab-cD-') },
  { name: 'a match that is one character short', pattern: '(?:ab?)*(?:ab?)*c', text: repeated('ab', 'd') },
]

export async function regexTimes({ sizes, rounds, leastMs, javascriptMs }: RegexWork): Promise<readonly RegexTimes[]> {
  const found: RegexTimes[] = []
  for (const { name, pattern, text } of WORST) {
    const texts = sizes.map(text)
    const regex = compileRegex(pattern)
    for (const one of texts) regex.find(one)
    // Alternate between sizes, so that other load on the machine affects all of them equally.
    const measured = texts.map((): number[] => [])
    for (let round = 0; round < rounds; round++)
      for (const [index, one] of texts.entries()) measured[index]?.push(msOf(() => regex.find(one), leastMs))
    found.push({
      name,
      pattern,
      ms: measured,
      javascript: await javascriptTimes(pattern, texts, javascriptMs),
    })
  }
  return found
}

function msOf(work: () => void, leastMs: number): number {
  const began = cpuMs()
  let times = 0
  let ms = 0
  // The CPU clock is coarse, so read it once per batch of searches.
  for (let batch = 1; ms < leastMs; batch *= 2) {
    for (let number = 0; number < batch; number++) work()
    times += batch
    ms = cpuMs() - began
  }
  return ms / times
}

/** Starts with the shortest text and stops at the first timeout. Runs in a worker thread, which can be terminated. */
async function javascriptTimes(pattern: string, texts: readonly string[], mostMs: number): Promise<(number | null)[]> {
  const times: (number | null)[] = []
  for (const text of texts) {
    if (times.at(-1) === null) break
    times.push(await javascriptTime(pattern, text, mostMs))
  }
  return times
}

const IN_THREAD = `
const { parentPort, workerData: { source, flags, text } } = require('node:worker_threads')
const regex = new RegExp(source, flags)
const began = performance.now()
regex.test(text)
parentPort.postMessage(performance.now() - began)
`

async function javascriptTime(pattern: string, text: string, mostMs: number): Promise<number | null> {
  const anyCase = pattern.startsWith('(?i)')
  const workerData = { source: anyCase ? pattern.slice(4) : pattern, flags: anyCase ? 'i' : '', text }
  const worker = new Worker(IN_THREAD, { eval: true, workerData })
  const time = await new Promise<number | null>((resolve, reject) => {
    const timer = setTimeout(() => resolve(null), mostMs)
    worker.once('message', (ms: number) => {
      clearTimeout(timer)
      resolve(ms)
    })
    worker.once('error', reject)
  })
  await worker.terminate()
  return time
}
