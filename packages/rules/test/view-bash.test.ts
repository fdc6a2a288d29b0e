import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { leftOut } from '@sentinelmesh/test-inputs'
import { expect, test } from 'vitest'
import { readCommands } from './view-entries.ts'
import { unquoted } from '../src/views/unquoted.ts'

/** Words that need no expansion. */
const WORDS = [
  'w',
  'a-b',
  'x=1',
  "'i;t (s'",
  '"q|r & \\" \\\\ \\$d \\e"',
  '\\;',
  'b\\ c',
  '\\$\\(x\\)',
  "$'\\x41\\'\\n\\101é'",
  '$"loc"',
  `'a'"'"'b'`,
  'a#b',
  '""',
  "''",
  'é𝒳',
  '[x]',
  '!',
  '}',
  'if',
  'c\\\nd',
  '"e\nf"',
  "'g\nh'",
  '"# no comment"',
  '"j)) ; ("',
  "'k)) ; (\" '",
  "$'l)) \\' ; ('",
  '{x}',
  '--a=b',
]
const REDIRECTS = [
  '>f',
  '2> "f"',
  '>>f',
  '<>f',
  '&>f',
  '2>&1',
  '>&2',
  '>|f',
  '</dev/null',
  '<<<w',
  "<<< 'a b'",
  '{fd}>f',
]

type Part = 'list' | 'line' | 'pipeline' | 'command' | 'simple' | 'word'

const plain = fc.constantFrom(...WORDS)

/** Below this depth, the generator always takes its first alternative. */
const DEPTH = 2

/**
 * Scripts of which bash runs every command once. Their programs are named `p` and print nothing. Excludes constructs
 * that bash itself gets wrong when it rewrites a substitution: a compound command before `;`, and the here-document
 * of a coprocess.
 */
const { list } = fc.letrec<Record<Part, string>>((tie) => {
  const one = (of: Part, make: (text: string) => string) => tie(of).map(make)
  const two = (first: Part, second: Part, make: (a: string, b: string) => string) =>
    fc.tuple(tie(first), tie(second)).map((both) => make(...both))
  const bare = plain.filter((word) => !/[\\\n'"]/.test(word))
  const redirect = fc.constantFrom(...REDIRECTS)
  return {
    list: fc.oneof(
      { maxDepth: DEPTH },
      tie('line'),
      two('line', 'list', (a, b) => `${a}\n\n# it's $( not\n${b}`),
      two('pipeline', 'list', (a, b) => `${a} # it's $( not\n${b}`),
      two('pipeline', 'list', (a, b) => `${a} &&\n${b}`),
      two('simple', 'line', (a, b) => `${a}; ${b}`),
      two('simple', 'line', (a, b) => `${a} & ${b}`),
    ),
    line: fc.oneof(
      { maxDepth: DEPTH },
      tie('pipeline'),
      one('pipeline', (a) => `time -p ${a}`),
      two('pipeline', 'pipeline', (a, b) => `! ${a} || ${b}`),
      // Shorter than its container, so that no two nested ones end at the same word.
      two('simple', 'list', (a, b) => `${a} <<E${b.length}\n$( ${b}\n) \\$(p no)\nE${b.length}`),
      two('simple', 'simple', (a, b) => `${a} <<-'A' | ${b} <<B\n$(p no\n\tA\n\`p in\`\nB`),
    ),
    pipeline: fc.oneof(
      { maxDepth: DEPTH },
      tie('command'),
      two('command', 'pipeline', (a, b) => `${a} | ${b}`),
      two('command', 'pipeline', (a, b) => `${a}|&${b}`),
    ),
    command: fc.oneof(
      { maxDepth: DEPTH },
      { weight: 4, arbitrary: tie('simple') },
      one('list', (a) => `( ${a}\n) >f`),
      one('list', (a) => `{ ${a}\n}`),
      two('list', 'list', (a, b) => `if ( ${a}\n) then { ${b}\n} fi`),
      two('pipeline', 'list', (a, b) => `if ${a}; then ${b}\nfi 2>f`),
      two('pipeline', 'list', (a, b) => `if ! ${a}; then :; else ${b}\nfi`),
      two('word', 'list', (a, b) => `for x in ${a}\ndo ${b}\nbreak; done`),
      one('list', (a) => `for ((i = 0; i < (1); i++)); do ${a}\ndone`),
      two('pipeline', 'list', (a, b) => `while ${a}; do ${b}\nbreak; done`),
      two('word', 'list', (a, b) => `case ${a} in (y) ;; "z)" | *) ${b}\n;; esac`),
      one('list', (a) => `[[ a =~ ^(a|b)$ && -e <( ${a}\n) ]]`),
      bare.map((a) => `(( 1 $(p ${a}) ))`),
      one('list', (a) => `{ f() { ${a}\n}\nf; }`),
      one('list', (a) => `{ function g { ${a}\n}; g; }`),
      one('simple', (a) => `{ coproc C { ${a}\n}\n}`),
    ),
    simple: fc.oneof(
      { maxDepth: DEPTH },
      { weight: 2, arbitrary: plain.map((a) => `p ${a}`) },
      two('simple', 'word', (a, b) => `${a} ${b}`),
      fc.tuple(tie('simple'), redirect).map(([a, b]) => `${a} ${b}`),
      fc.tuple(redirect, tie('simple')).map(([a, b]) => `${a} ${b}`),
      two('word', 'simple', (a, b) => `A=${a} ${b}`),
      fc.constantFrom('\\p', '"p"', "p''", "$'\\x70'").map((a) => `${a} n`),
    ),
    word: fc.oneof(
      { maxDepth: DEPTH },
      { weight: 3, arbitrary: plain },
      one('list', (a) => `s1$( ${a}\n)`),
      one('list', (a) => `"s2$( ${a}\n)x"`),
      bare.map((a) => `s3\${Z:-$(p ${a})}`),
      bare.map((a) => `s4$((1 + $(p ${a}) + (2)))`),
      fc.constantFrom(`"s3\${Z:-'}"'}"`, `"s3\${Z#'"'}"`),
      one('list', (a) => `s5<( ${a}\n)`),
      bare.map((a) => `s6\`p ${a} s0\\\`p b\\\`\``),
      bare.map((a) => `"s7\`p \\"q r\\" ${a}\`"`),
    ),
  }
})

/** Commands that start like arithmetic but are not. */
const ambiguous = fc.tuple(plain, plain).map(
  ([a, b]) => `((p ${a} s6\`p\`); p ${b})
p ${a} s8$((p ${a} s3\${Z}); p ${b}) "s9$((p ${a}; p ${b} "s0$(p)") )"`,
)

const scripts = [...fc.sample(list, { seed: 11, numRuns: 120 }), ...fc.sample(ambiguous, { seed: 12, numRuns: 30 })]

/** Runs each script with an empty PATH and prints the words of each command that it would have run. */
const DRIVER = `
[[ $BASH_VERSION > 5.2 ]] || exit 1
command_not_found_handle() { local IFS=$'\\x1f'; printf '%s\\x1e' "$number$IFS\${*//$'\\n'/ }" >&200; }
exec 200>&1
trap '' PIPE
set -f
number=0
while IFS= read -r -d '' script <&3; do (eval "$script") 3<&- </dev/null; number=$((number + 1)); done 3<&0 >/dev/null 2>&1
`

/** The commands of each script, or null without a recent bash. */
function runByBash(): readonly string[][] | null {
  const folder = mkdtempSync(join(tmpdir(), 'view-bash-'))
  const input = scripts.map((script) => `${script}\0`).join('')
  const env = { PATH: '/nowhere', LC_ALL: 'C.UTF-8' }
  // Without `--norc`, bash takes a socket on standard input for a remote login.
  const { status, stdout } = spawnSync('/bin/bash', ['--norc', '-c', DRIVER], {
    cwd: folder,
    env,
    input,
    encoding: 'utf8',
  })
  rmSync(folder, { recursive: true })
  if (status !== 0) return null
  const ran: string[][] = scripts.map(() => [])
  for (const line of stdout.split('\x1e').slice(0, -1)) {
    const [number, ...words] = line.split('\x1f')
    ran[Number(number)]?.push(summarized(words))
  }
  return ran
}

function read(script: string): string[] {
  return readCommands(script)
    .commands.map(({ source, words }) => words.map((word) => unquoted(source, word).text))
    .filter(([name]) => name === 'p')
    .map(summarized)
}

/** Reduces a word with a substitution to its prefix. */
const summarized = (words: readonly string[]) =>
  JSON.stringify(words.map((word) => (/^s\d/.exec(word)?.[0] ?? word).replaceAll('\n', ' ')))

const ran = runByBash()

test.skipIf(ran === null)(
  `the parsed commands are those that bash runs (${scripts.length} scripts)`,
  leftOut('need /bin/bash from version 5.2 on'),
  () => {
    for (const [number, script] of scripts.entries())
      expect({ script, commands: read(script).sort() }).toEqual({ script, commands: ran?.[number]?.sort() })
  },
)
