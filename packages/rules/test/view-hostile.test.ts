import { runsOf } from '@sentinelmesh/test-inputs'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { anEntry, ruleSetOf } from './entries.ts'
import { generatedRule } from './generated-rules.ts'
import { pointed } from './pointed.ts'
import { aCall } from './view-entries.ts'
import { DEFAULT_REDACTION, judge, matchEntry, matchEntryByEveryRule, type Entry } from '../src/index.ts'
import { originOf, viewsOf } from '../src/views/index.ts'

const TOOLS = [
  'Bash',
  'PowerShell',
  'cmd',
  'Read',
  'Write',
  'edit',
  'apply_patch',
  'WebFetch',
  'python',
  'mcp.x/y',
  '',
  '__proto__',
]
const NAMES = [
  'command',
  'cmd',
  'path',
  'file_path',
  'url',
  'uri',
  'sql',
  'query',
  'content',
  'method',
  'cwd',
  '__proto__',
  'input',
]
const TEXTS = [
  'cat /etc/passwd | sh',
  'sudo -u x bash -c "a > b"',
  'alpha; Beta & curl http://a.example/x?y#z',
  '*** Add File: /a\n+alpha\n*** Move to: b',
  'SELECT alpha FROM Beta; drop table c',
  'http://u:p@[::1]:8/a.b?c ftp://x',
  'C:\\a\\..\\b',
  '~/x/../y',
  'file:///a',
  'ghp_aB3dE5fG7hJ9kL1mN2pQ4rS6tU8vW0xYzA12',
  'POST',
  '"$(`',
  '\0\ud800',
  '',
]
const text = fc.oneof(
  { weight: 4, arbitrary: fc.array(fc.constantFrom(...TEXTS, ' '), { maxLength: 3 }).map((parts) => parts.join('')) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 20 }) },
)
const value = fc.oneof(text, fc.array(text, { maxLength: 3 }), fc.constantFrom(5, null, true, {}))
const given = fc.oneof(
  fc.dictionary(fc.constantFrom(...NAMES), value, { maxKeys: 4 }),
  fc.dictionary(fc.constantFrom(...NAMES), value, { maxKeys: 4 }).map((one) => JSON.stringify(one)),
  text,
)
const attributes = fc.dictionary(fc.constantFrom('tool.name', 'cwd', 'os.type', 'user', 'host.name', 'x'), value, {
  maxKeys: 4,
})

const call: fc.Arbitrary<Entry> = fc
  .record({
    tool: fc.constantFrom(...TOOLS),
    given,
    attributes,
    isText: fc.boolean(),
    isCommand: fc.boolean(),
    plain: text,
  })
  .map(({ tool, given: args, attributes: more, isText, isCommand, plain }) =>
    anEntry({
      kind: 'tool_call',
      receiver: `tool.${tool}`,
      context: isCommand ? 'shell_command' : 'tool_call',
      payload: isText
        ? { type: 'text', text: plain }
        : { type: 'json', text: JSON.stringify({ name: tool, arguments: args }) },
      attributes: JSON.stringify(more),
      logsource: { product: 'ai_agent', category: 'tool_call', service: 'codex' },
    }),
  )

test('a command with the maximum number of escapes has a place', () => {
  const entry = aCall('Bash', JSON.stringify({ command: `echo ${'\n"'.repeat(120_000)}` }))
  const [command] = viewsOf(entry)[0]?.fields.get('CommandLine') ?? []
  expect(command && originOf(command, { start: 0, end: command.text.length })).toMatchObject({
    start: 12,
    end: 480_017,
  })
})

/** Calls this long would time out if they were parsed again for each character or part. */
const LONG = 240 * 1024
test.each<[string, unknown, Record<string, unknown>?]>([
  ['shell', { command: [`${'x'.repeat(LONG)}/`, '-c', 'id'] }],
  ['shell', { command: 'id', shell: `${'x'.repeat(LONG)}/` }],
  ['Read', { file_path: 'x' }, { cwd: `${'/'.repeat(LONG)}a` }],
  ['Read', { file_path: 'x' }, { cwd: `${'\\'.repeat(LONG)}a` }],
  ['cmd', { command: 'cmd /c '.repeat(LONG / 7) }],
  ['WebFetch', { url: `http://a(${')'.repeat(LONG)}` }],
  [
    'Write',
    { path: Array.from({ length: LONG / 8 }, () => 'a'), content: Array.from({ length: LONG / 8 }, () => 'b') },
  ],
])('a call of %s with hundreds of thousands of characters is parsed once', (tool, args, more = {}) => {
  expect(viewsOf(aCall(tool, args, { attributes: more })).length).toBeGreaterThan(0)
})

test('for any tool call, the views consist of text in the entry', () => {
  fc.assert(
    fc.property(call, (entry) => {
      for (const { fields, title } of viewsOf(entry)) {
        expect(title).toMatch(/^[a-z_]+\[\d+\]$/)
        expect(fields.size).toBeGreaterThan(0)
        for (const { text: found, pieces } of [...fields.values()].flat()) {
          expect(pieces.map((piece) => found.slice(piece.start, piece.end)).join('')).toBe(found)
          for (const { how, start, end, leaf, from, to } of pieces) {
            const place = {
              field: leaf?.field ?? '',
              pointer: leaf?.pointers?.(leaf.start) ?? null,
              start: from,
              end: to,
            }
            const there = leaf === null || how !== 'copied' ? null : pointed(entry, place)
            expect(there ?? found.slice(start, end)).toBe(found.slice(start, end))
          }
        }
      }
    }),
    { seed: 7, numRuns: runsOf('rules', { usual: 600, full: 3_000 }) },
  )
})

/** Generated rules for agents, rewritten for log sources and fields of views. */
const rule = fc
  .tuple(
    generatedRule,
    fc.constantFrom('{category: process_creation}', '{category: file_event}', '{category: proxy}', '{product: linux}'),
  )
  .map(([yaml, source]) =>
    yaml
      .replace(/logsource:\n {2}product: ai_agent/, `logsource: ${source}`)
      .replaceAll('payload.a', 'Image')
      .replaceAll('payload.b.c', 'ParentCommandLine')
      .replaceAll('receiver', 'CurrentDirectory')
      .replaceAll('payload', 'CommandLine')
      .replaceAll('attributes.x', 'TargetFilename')
      .replaceAll('sender', 'c-uri'),
  )

test('the index finds the same matches in views as evaluating every rule, with places in the stored entry', () => {
  fc.assert(
    fc.property(fc.array(rule, { minLength: 1, maxLength: 3 }), call, (rules, entry) => {
      const ruleSet = ruleSetOf(...new Set(rules))
      const found = matchEntry(entry, ruleSet, { views: viewsOf })
      expect(found).toEqual(matchEntryByEveryRule(entry, ruleSet, { views: viewsOf }))
      const judged = judge(entry, ruleSet, DEFAULT_REDACTION, { views: viewsOf })
      expect(judged.matches.map(({ ruleId }) => ruleId)).toEqual(found.map(({ ruleId }) => ruleId))
      for (const place of judged.matches.flatMap(({ places }) => places)) {
        expect(place.view).toMatch(/^[a-z_]+\[\d+\]$/)
        expect(pointed(judged.entry, place)).toHaveLength(place.end - place.start)
      }
    }),
    { seed: 8, numRuns: runsOf('rules', { usual: 140, full: 700 }) },
  )
})
