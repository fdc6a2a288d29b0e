// This import must be first, because it counts only modules loaded after it.
import { countSteps } from './count-steps.ts'
import { describe, expect, test } from 'vitest'
import { HOOK_CLIENTS } from '@sentinelmesh/api/hooks'
import { parse as parseQuery, QUERY_LIMITS } from '@sentinelmesh/query'
import { LIMITS, lintRules, readPipeline, readRules, type Entry } from '@sentinelmesh/rules'
import { compact, elements, leaves, members } from '@sentinelmesh/text/json-text'
import { runRuleTests } from '@sentinelmesh/rules/rule-tests'
import { viewsOf } from '@sentinelmesh/rules/views'
import { beginning, partsOf } from '../src/judging/cut-payload.ts'
import { HOOK_MAPPERS } from '@sentinelmesh/telemetry'
import { mapAlone } from '@sentinelmesh/telemetry/testing'
import { decodeJson } from '@sentinelmesh/telemetry/testing'
import { recordsOf } from '@sentinelmesh/telemetry/testing'
import { decodeProtobuf } from '@sentinelmesh/telemetry/testing'
import { encodeLogs } from '@sentinelmesh/telemetry/testing'
import type { AnyValueJson, LogsJson } from '@sentinelmesh/telemetry/testing'
import { parseEntry } from '../src/ingest/parse-entry.ts'
import { readJson, readJsonArray, readNdjson } from '../src/ingest/read-json.ts'
import { repairJsonText, repairText } from '@sentinelmesh/text/repair-text'
import {
  dataOf,
  elementTexts,
  eventSplitter,
  lineSplitter,
  memberText,
  readText,
  resultPayload,
} from '@sentinelmesh/mcp-proxy/testing'
import { filterText } from '../src/services/rules/filter-text.ts'
import { wordDiff } from '../src/services/mcp-pins/word-diff.ts'

/** The limit for twice the input. Sorting and growing tables take a bit more than 2; quadratic work takes 4. */
const MAX_GROWTH = 2.4
/** Steps that a parser takes regardless of its input. */
const FREE_STEPS = 2_000

/** Counts the steps of `work`, which may reject its input. */
async function steps(work: () => unknown): Promise<number> {
  return countSteps(async () => {
    try {
      await work()
    } catch {
      // Rejected.
    }
  })
}

async function expectLinear(size: number, work: (size: number) => () => unknown): Promise<void> {
  // The first run also initializes shared state.
  await steps(work(8))
  const half = await steps(work(size / 2))
  const whole = await steps(work(size))
  expect(whole).toBeLessThan(MAX_GROWTH * half + FREE_STEPS)
}

type Shape = (size: number) => string
const repeated =
  (piece: string, before = '', after = ''): Shape =>
  (size) =>
    before + piece.repeat(size) + after
const numbered =
  (piece: (n: number) => string, before = '', after = '', between = ''): Shape =>
  (size) =>
    before + Array.from({ length: size }, (_, n) => piece(n)).join(between) + after

const HEAD = 'title: T\nid: t\nlogsource: {product: ai_agent}\n'
const DETECTION = 'detection: {s: {payload: x}, condition: s}\n'

describe('a rule', () => {
  const SHAPES: Readonly<Record<string, Shape>> = {
    'unknown keys': numbered((n) => `titel${n}: x\n`, HEAD + DETECTION),
    'unknown keys of the log source': numbered((n) => `  produkt${n}: x\n`, `title: T\n${DETECTION}logsource:\n`),
    'one repeated key': repeated('title: x\n'),
    'open brackets': repeated('[', 'a: '),
    'open brackets with spaces': repeated('[ ', 'a: '),
    'open braces': repeated('{a: ', 'a: '),
    'closed brackets': (size) => `a: ${'['.repeat(size)}${']'.repeat(size)}`,
    'adjacent empty lists': repeated('[]', 'a: '),
    'a wide list': repeated('x, ', 'a: [', ']'),
    'a wide map': numbered((n) => `k${n}: x, `, 'a: {', '}'),
    'open lists on separate lines': repeated('[\n', 'a: '),
    quotes: repeated('"', 'a: '),
    'single quotes': repeated("''", "a: '", "'"),
    escapes: repeated('\\n', 'a: "', '"'),
    'invalid escapes': repeated('\\q', 'a: "', '"'),
    'anchors on one value': repeated('&a ', 'a: '),
    anchors: numbered((n) => `  - &a${n} x\n`, 'a:\n'),
    aliases: repeated('  - *a\n', 'b: &a x\na:\n'),
    'aliases of aliases': numbered((n) => `  - &a${n + 1} [*a${n}, *a${n}]\n`, 'a:\n  - &a0 x\n'),
    'merge keys': numbered((n) => `k${n}: {<<: *a}\n`, 'b: &a {x: y}\n'),
    tags: repeated('!x ', 'a: '),
    dashes: repeated('- ', 'a:\n'),
    'question marks': repeated('? '),
    colons: repeated(': ', 'a'),
    'a folded scalar': repeated('  x\n', 'a: >\n'),
    'a literal scalar': repeated('  x\n', 'a: |\n'),
    'a plain scalar of many lines': repeated('  y\n', 'a: x\n'),
    'a quoted scalar of many lines': repeated('  y\n', 'a: "x\n', '"\n'),
    comments: repeated('# x\n', '', 'a: x'),
    'comments in a list': repeated(' # y\n', 'a: [x,\n', ']'),
    'blank lines': repeated('\n', 'a: |\n  x\n', '  y\n'),
    'trailing blanks': repeated(' ', 'a: x', '\n'),
    'percent signs': repeated('%YAML 1.2\n'),
    documents: repeated('---\na: b\n'),
    'empty documents': repeated('---\n'),
    'invalid documents': numbered((n) => `---\n${HEAD}id: t${n}\ndetection: {s: {a|wrong: b}}\n`),
    'rules with one ID': repeated(`---\n${HEAD}${DETECTION}`),
    'nested parentheses in a condition': (size) =>
      `${HEAD}detection:\n  s: {a: b}\n  condition: ${'('.repeat(size)}s${')'.repeat(size)}\n`,
    'a condition of many words': repeated(' or s', `${HEAD}detection:\n  s: {a: b}\n  condition: s`, '\n'),
    'repeated not': repeated('not ', `${HEAD}detection:\n  s: {a: b}\n  condition: `, 's\n'),
    selections: numbered((n) => `  s${n}: {a: b}\n`, `${HEAD}detection:\n  condition: 1 of s*\n`),
    'unused selections': numbered((n) => `  t${n}: {a: b}\n`, `${HEAD}detection:\n  s: {a: b}\n  condition: s\n`),
    conditions: repeated('    - s\n', `${HEAD}detection:\n  s: {a: b}\n  condition:\n`),
    values: numbered((n) => `      - v${n}\n`, `${HEAD}detection:\n  condition: s\n  s:\n    a:\n`),
    'values with stars': numbered((n) => `      - '*v${n}*x*'\n`, `${HEAD}detection:\n  condition: s\n  s:\n    a:\n`),
    'one repeated value': repeated('      - v\n', `${HEAD}detection:\n  condition: s\n  s:\n    a:\n`),
    keywords: numbered((n) => `    - v${n}\n`, `${HEAD}detection:\n  condition: s\n  s:\n`),
    fields: numbered((n) => `    f${n}: x\n`, `${HEAD}detection:\n  condition: s\n  s:\n`),
    modifiers: repeated('|contains', `${HEAD}detection:\n  condition: s\n  s:\n    a`, ': x\n'),
    'stars in one value': repeated('*a', `${HEAD}detection:\n  condition: s\n  s:\n    a: '`, "'\n"),
    'question marks in one value': repeated('?', `${HEAD}detection:\n  condition: s\n  s:\n    a: '`, "'\n"),
    'backslashes in one value': repeated('\\\\', `${HEAD}detection:\n  condition: s\n  s:\n    a: '`, "'\n"),
    placeholders: repeated('%a%', `${HEAD}detection:\n  condition: s\n  s:\n    a|expand: '`, "'\n"),
    'tags of a rule': numbered((n) => `  - attack.t${n}\n`, `${HEAD}${DETECTION}tags:\n`),
    references: numbered((n) => `  - https://x/${n}\n`, `${HEAD}${DETECTION}references:\n`),
    'rules of a correlation': numbered(
      (n) => `    - r${n}\n`,
      'title: T\ncorrelation:\n  type: temporal\n  timespan: 5m\n  rules:\n',
    ),
    'group-by fields of a correlation': numbered(
      (n) => `    - f${n}\n`,
      'title: T\ncorrelation:\n  type: event_count\n  timespan: 5m\n  condition: {gte: 2}\n  rules: [a]\n  group-by:\n',
    ),
    'aliases and group-by fields of a correlation': (size) => {
      const names = Array.from({ length: size }, (_, n) => `f${n}`)
      return `title: T\ncorrelation:\n  type: event_count\n  timespan: 5m\n  condition: {gte: 2}\n  rules: [a]\n  group-by: [${names.join(', ')}]\n  aliases:\n${names.map((name) => `    ${name}: {a: b}\n`).join('')}`
    },
    'rules of a filter': numbered(
      (n) => `    - r${n}\n`,
      'title: T\nlogsource: {product: a}\nfilter:\n  s: {a: b}\n  condition: not s\n  rules:\n',
    ),
  }

  test.each(Object.entries(SHAPES))('of %s is checked in linear time', async (_, shape) => {
    await expectLinear(800, (size) => {
      const sources = [{ file: null, text: shape(size) }]
      return () => lintRules(sources, { agents: true })
    })
  })

  const PATTERNS: Readonly<Record<string, Shape>> = {
    'open parentheses': repeated('('),
    groups: (size) => `${'('.repeat(size)}a${')'.repeat(size)}`,
    alternatives: repeated('a|'),
    'alternatives in a group': repeated('|a', '(a', ')'),
    classes: repeated('[a-z]'),
    'an open class': repeated('[', '['),
    'a wide class': repeated('a-b', '[', ']'),
    repetitions: repeated('a{2}'),
    'open repetitions': repeated('a{'),
    stars: repeated('a*'),
    escapes: repeated('\\w'),
    'quoted texts': repeated('\\Qa\\E'),
    'open quoted texts': repeated('\\Q'),
    'Unicode classes': repeated('\\pL'),
    flags: repeated('(?i)'),
  }
  test.each(Object.entries(PATTERNS))('with a pattern of %s is checked in linear time', async (_, shape) => {
    await expectLinear(400, (size) => {
      const pattern = JSON.stringify(shape(size).slice(0, LIMITS.regexChars))
      const sources = [{ file: null, text: `${HEAD}detection: {s: {'payload|re': ${pattern}}, condition: s}\n` }]
      return () => lintRules(sources, { agents: true })
    })
  })

  test('nested deeper than any stack is rejected with a code', () => {
    for (const open of ['[', '{a: ', '- ', '? ', '[a, ']) {
      const [problem] = lintRules([{ file: null, text: `a: ${open.repeat(100_000)}` }])
      expect(problem?.code).toMatch(/too_large|yaml_syntax/)
    }
  })

  test.each(['- a: b\n', 'vars: {a: [b]}\n', 'transformations:\n  - {type: field_name_mapping, mapping: {a: b}}\n'])(
    'pipeline of %j is read in linear time',
    (piece) => expectLinear(400, (size) => () => readPipeline(piece.repeat(size))),
  )

  test.each(['match:\n  - {sender: a}\n', '- a\n', 'match: [{payload: "x"},\n'])(
    'has cases of %j that are read in linear time',
    (piece) =>
      expectLinear(400, (size) => {
        const text = piece.repeat(size)
        return () => runRuleTests([], [{ file: 'x.cases.yml', text, beside: 'x.yml' }])
      }),
  )

  test('is built from many filter conditions in linear time', async () => {
    await expectLinear(400, (size) => {
      const conditions = Array.from({ length: size }, (_, n) => ({ field: `f${n}`, value: '*?\\'.repeat(20) }))
      return () => filterText({ id: 'f', title: 'F', ruleId: 'r', logsource: { product: 'a' }, conditions })
    })
  })

  test('is read next to many other named rules in linear time', async () => {
    await expectLinear(2_000, (size) => {
      const text = numbered((n) => `---\ntitle: T\nid: r${n}\nname: n${n}\nlogsource: {product: a}\n${DETECTION}`)(
        size / 10,
      )
      return () => readRules([{ file: null, text }])
    })
  })
})

describe('a search', () => {
  const SHAPES: Readonly<Record<string, Shape>> = {
    words: repeated('a '),
    parentheses: repeated('('),
    'closed parentheses': repeated('()'),
    'minus signs': repeated('-'),
    quotes: repeated('"a" '),
    'an open quote': repeated('a', '"'),
    escapes: repeated('\\"', '"', '"'),
    colons: repeated('a:'),
    stars: repeated('*a'),
    slashes: repeated('/a/ '),
    'an open regular expression': repeated('\\/', '/'),
    ranges: repeated('risk:>1 '),
    'unknown fields': numbered((n) => `sendr${n}:x `),
    or: repeated('a or '),
  }
  test.each(Object.entries(SHAPES))('of %s is parsed in linear time', async (_, shape) => {
    const size = 400
    await expectLinear(size, (count) => {
      const text = shape(count).slice(0, (QUERY_LIMITS.chars * count) / size)
      return () => parseQuery(text)
    })
  })
})

describe('JSON', () => {
  const SHAPES: Readonly<Record<string, Shape>> = {
    brackets: repeated('['),
    'closed brackets': (size) => '['.repeat(size) + ']'.repeat(size),
    'nested objects': (size) => `${'{"a":'.repeat(size)}1${'}'.repeat(size)}`,
    'a wide array': repeated('"x",', '[', '1]'),
    'a wide object': numbered((n) => `"k${n}":${n},`, '{', '"z":1}'),
    'one repeated name': repeated('"a":"x",', '{', '"a":1}'),
    escapes: repeated('\\n', '["', '"]'),
    'escaped characters': repeated('\\u0041', '["', '"]'),
    'lone surrogates': repeated('\\ud800', '["', '"]'),
    'an open string': repeated('\\\\', '["'),
    quotes: repeated('"'),
    digits: repeated('9', '[', ']'),
    blanks: repeated(' ', '[', ']'),
    'escaped names': numbered((n) => `"\\u0041${n}":1,`, '{', '"z":1}'),
  }
  const READERS: Readonly<Record<string, (text: string) => unknown>> = {
    leaves: (text) => leaves(text, { depth: 256 }),
    members: (text) => members(text, { depth: 256 }),
    elements: (text) => elements(text, { depth: 256 }),
    compact,
    'the repair of text': (text) => [repairText(text), repairJsonText(text)],
    'the beginning of a payload': (text) => beginning({ type: 'json', text }, 300),
    'parts of a payload': (text) => [...partsOf({ type: 'json', text }, { units: 2_000, overlap: 100, head: 50 })],
    'an entry': (text) => parseEntry(readJson(`{"sender":"a","payload":${text}}`), { nowMs: 0, lenient: true }),
    attributes: (text) =>
      parseEntry(readJson(`{"sender":"a","payload":"","attributes":${text}}`), { nowMs: 0, lenient: true }),
    'unknown members': (text) => parseEntry(readJson(text), { nowMs: 0, lenient: true }),
    'an array of entries': (text) => readJsonArray(text, () => undefined),
    'lines of entries': (text) => readNdjson(text.replaceAll(',', '\n'), () => undefined),
    'an MCP message': (text) => {
      const read = readText(`{"jsonrpc":"2.0","id":1,"result":${text}}`)
      return [read, memberText(text, 'a'), elementTexts(text), resultPayload(text)]
    },
  }
  const CASES = Object.keys(READERS).flatMap((reader) => Object.keys(SHAPES).map((shape) => [reader, shape] as const))
  test.each(CASES)('%s: %s are read in linear time', async (reader, shape) => {
    await expectLinear(800, (size) => {
      const text = SHAPES[shape]?.(size) ?? ''
      return () => READERS[reader]?.(text)
    })
  })
})

describe('a shell command', () => {
  const SHAPES: Readonly<Record<string, Shape>> = {
    programs: repeated('ls; '),
    pipes: repeated('cat a | '),
    substitutions: repeated('$('),
    'closed substitutions': (size) => `${'$(a '.repeat(size)}${')'.repeat(size)}`,
    'back quotes': repeated('`'),
    quotes: repeated('"'),
    'single quotes': repeated("'a' "),
    backslashes: repeated('\\'),
    parentheses: repeated('('),
    braces: repeated('{ '),
    'brace expansions': repeated('{a,b}'),
    conditions: repeated('if a; then '),
    loops: repeated('for i in a; do '),
    cases: repeated('case a in a) '),
    'here-documents': numbered((n) => `cat <<E${n}\nx\nE${n}\n`),
    'open here-documents': repeated('cat <<E\n'),
    redirections: repeated('> a '),
    assignments: repeated('a=b '),
    arithmetic: repeated('$(('),
    variables: repeated('${a'),
    comments: repeated('# a\n'),
    'nested shells': repeated('sh -c '),
    sudo: repeated('sudo '),
    'programs that start others': repeated('xargs env nice '),
    'line ends': repeated('\\\n'),
  }
  test.each(Object.entries(SHAPES))('of %s is parsed in linear time', async (_, shape) => {
    await expectLinear(800, (size) => {
      const call = commandOf(shape(size))
      return () => viewsOf(call)
    })
  })

  test.each(['*** Update File: a\n', '*** Begin Patch\n', '+a\n-b\n', '@@\n'])(
    'with a patch of %j is parsed in linear time',
    (piece) =>
      expectLinear(800, (size) => {
        const call = callOf('apply_patch', { input: `*** Begin Patch\n${piece.repeat(size)}*** End Patch` })
        return () => viewsOf(call)
      }),
  )
})

describe('a text that a tool returned', () => {
  test.each([
    '!',
    `"'`,
    ' ',
    '\n',
    '```',
    'ignore previous instructions ',
    'Ignore them. ',
    'do not ',
    'attackers ',
    '<|',
    'a@',
    'https://',
    '1.1.',
    '[SYSTEM',
    '<br',
    '忽略',
  ])('and that repeats %j is read in linear time', (piece) =>
    expectLinear(2_000, (size) => {
      const result: Entry = { ...commandOf(piece.repeat(size)), kind: 'tool_result', context: null }
      return () => viewsOf(result)
    }),
  )
})

const call = (payload: Entry['payload'], context: string): Entry => ({
  sender: 'agent.a',
  receiver: 'tool.Bash',
  kind: 'tool_call',
  session: null,
  context,
  payload,
  attributes: '{"tool.name":"Bash"}',
  logsource: { product: 'ai_agent', category: 'tool_call', service: 'claude_code' },
  reportedRisk: null,
  system: null,
})
const commandOf = (text: string) => call({ type: 'text', text }, 'shell_command')
const callOf = (name: string, given: object) => ({
  ...call({ type: 'json', text: JSON.stringify({ name, arguments: given }) }, 'tool_call'),
  receiver: `tool.${name}`,
  attributes: '{}',
})

describe('telemetry', () => {
  const nested = (depth: number): AnyValueJson =>
    Array.from({ length: depth }).reduce<AnyValueJson>((value) => ({ arrayValue: { values: [value] } }), {
      stringValue: 'x',
    })
  const attributes = (names: (n: number) => string, size: number) =>
    Array.from({ length: size }, (_, n) => ({ key: names(n), value: { stringValue: 'x' } }))
  const REQUESTS: Readonly<Record<string, (size: number) => LogsJson>> = {
    records: (size) => request({ logRecords: Array.from({ length: size }, () => ({ body: { stringValue: 'x' } })) }),
    attributes: (size) => request({ logRecords: [{ attributes: attributes((n) => `a${n}`, size) }] }),
    'one repeated attribute': (size) => request({ logRecords: [{ attributes: attributes(() => 'a', size) }] }),
    'nested values': (size) => request({ logRecords: [{ body: nested(size / 4) }] }),
    'a wide value': (size) =>
      request({
        logRecords: [{ body: { arrayValue: { values: Array.from({ length: size }, () => ({ intValue: '1' })) } } }],
      }),
    'flattened messages': (size) =>
      request({ logRecords: [{ attributes: attributes((n) => `gen_ai.prompt.${n}.content`, size) }] }),
    'flattened messages with large indexes': (size) =>
      request({
        logRecords: [{ attributes: attributes((n) => `llm.input_messages.${n * 1_000_003}.message.content`, size) }],
      }),
    resources: (size) => ({
      resourceLogs: Array.from({ length: size }, () => ({ scopeLogs: [{ logRecords: [{ eventName: 'x' }] }] })),
    }),
  }
  const request = (scope: { logRecords: readonly object[] }): LogsJson => ({ resourceLogs: [{ scopeLogs: [scope] }] })

  test.each(Object.entries(REQUESTS))('of %s is decoded and mapped in linear time', async (_, shape) => {
    await expectLinear(400, (size) => {
      const json = Buffer.from(JSON.stringify(shape(size)))
      const protobuf = encodeLogs(shape(size))
      return async () => {
        const records = recordsOf(decodeJson(json, 'logs'))
        for (const read of decodeProtobuf(protobuf, 'logs')) read()
        await mapAlone(records, 0, { keepUnknown: true })
      }
    })
  })

  test.each(['\x0a', '\x0a\x02\x12\x00', '\xff', '\x08\x01', '\x12\x04\x0a\x00\x12\x00'])(
    'of the bytes %j is rejected in linear time',
    (bytes) =>
      expectLinear(800, (size) => {
        const body = Buffer.from(bytes.repeat(size), 'latin1')
        return () => [...decodeProtobuf(body, 'logs')].map((read) => read())
      }),
  )
})

describe('a hook', () => {
  const INPUTS: Readonly<Record<string, (size: number) => object>> = {
    'wide input': (size) => Object.fromEntries(Array.from({ length: size }, (_, n) => [`k${n}`, 'x'])),
    'a long command': (size) => ({ tool_name: 'Bash', tool_input: { command: 'ls; '.repeat(size) } }),
    'many edits': (size) => ({
      tool_name: 'MultiEdit',
      tool_input: { edits: Array.from({ length: size }, () => ({ old_string: 'a' })) },
    }),
    'blocks of a result': (size) => ({
      tool_name: 'a',
      tool_response: Array.from({ length: size }, () => ({ type: 'text', text: 'x' })),
    }),
  }
  const CASES = HOOK_CLIENTS.flatMap((client) => Object.keys(INPUTS).map((input) => [client, input] as const))
  test.each(CASES)('of %s with %s is mapped in linear time', async (client, input) => {
    await expectLinear(400, (size) => {
      const given = {
        hook_event_name: 'PreToolUse',
        hookEventName: 'preToolUse',
        session_id: 's',
        ...INPUTS[input]?.(size),
      }
      return () => HOOK_MAPPERS[client](given)
    })
  })
})

describe('a stream of the MCP proxy', () => {
  test.each(['\n', '\r', '\r\n', 'data: a\n', 'data: a\n\n', ':\n', 'a'])(
    'of %j, byte by byte, is split in linear time',
    (piece) =>
      expectLinear(400, (size) => {
        const chunks = Array.from(piece.repeat(size), (character) => Buffer.from(character))
        return () => {
          const lines = lineSplitter(1_000_000)
          const events = eventSplitter(1_000_000)
          for (const chunk of chunks) {
            lines.push(chunk)
            events.push(chunk)
          }
          dataOf(piece.repeat(size))
        }
      }),
  )

  test('with a definition in which every word changes is compared in linear time', async () => {
    const text = (word: string, size: number) => Array.from({ length: size }, (_, n) => `${word}${n}`).join(' ')
    await expectLinear(8_000, (size) => () => wordDiff(text('a', size), text('b', size), 4_000))
  })
})
