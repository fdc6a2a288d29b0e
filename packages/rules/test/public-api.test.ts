import { readFileSync } from 'node:fs'
import { createContext, runInContext } from 'node:vm'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { describe, expect, test } from 'vitest'
import { browserBundle } from '../scripts/browser-bundle.ts'
import * as rules from '../src/index.ts'

const KiB = 1024
const ROOT = new URL('..', import.meta.url)
const readme = readFileSync(new URL('README.md', ROOT), 'utf8')
const { exports: doors, dependencies } = JSON.parse(readFileSync(new URL('package.json', ROOT), 'utf8')) as {
  readonly exports: Readonly<Record<string, string>>
  readonly dependencies: Readonly<Record<string, string>>
}

/** The examples of the README with their documented output. */
const EXAMPLES = [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code = '']) => {
  const printed = [...code.matchAll(/\/\/ → (.*)$/gm)].map(([, line = '']) => line)
  return { name: /import \{ ([^}]*) \}/.exec(code)?.[1] ?? '', code, printed }
})

/** The globals that both browser workers and Node have. */
const BROWSER = { TextEncoder, TextDecoder, URL, atob, btoa, structuredClone, performance, queueMicrotask }

async function runInBrowser(code: string): Promise<string[]> {
  const { outputFiles } = await build({
    stdin: { contents: code, loader: 'ts', resolveDir: ROOT.pathname },
    bundle: true,
    write: false,
    format: 'iife',
    platform: 'neutral',
    mainFields: ['browser', 'module', 'main'],
    conditions: ['browser', 'import'],
    alias: Object.fromEntries(
      Object.entries(doors)
        .toSorted(([a], [b]) => b.length - a.length)
        .map(([door, file]) => [`@sentinelmesh/rules${door.slice(1)}`, new URL(file, ROOT).pathname]),
    ),
  })
  const printed: string[] = []
  const show = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value))
  const log = (...values: unknown[]) => void printed.push(...values.map(show).join(' ').split('\n'))
  runInContext(outputFiles[0]?.text ?? '', createContext({ ...BROWSER, console: { log } }))
  return printed
}

describe('the README', () => {
  test('has an example of every feature that it describes', () => {
    expect(EXAMPLES.length).toBeGreaterThanOrEqual(6)
    for (const { name, printed } of EXAMPLES) expect([name, printed.length]).toEqual([name, expect.any(Number)])
  })

  test.each(EXAMPLES)(
    'prints the documented output, even in a browser: $name',
    async ({ code, printed }) => {
      expect(printed.length).toBeGreaterThan(0)
      expect(await runInBrowser(code)).toEqual(printed)
    },
    30_000,
  )

  test('names exactly the exports', () => {
    const table = /## What is exported([\s\S]*?)\n## /.exec(readme)?.[1] ?? ''
    const named = [...table.matchAll(/`([a-z][A-Za-z]+)\(|`(LIMITS)`/g)].map(([, name, other = '']) => name ?? other)
    expect(named.length).toBeGreaterThan(10)
    for (const name of named) expect(Object.keys(rules)).toContain(name)
    for (const door of Object.keys(doors)) expect(table).toContain(door === '.' ? 'compileRules' : door.slice(1))
  })

  test('has every limit with its value', () => {
    const rows = [...readme.matchAll(/^\| `(\w+)` \| (\d+) \|/gm)].map(([, name, value]) => [name, Number(value)])
    expect(Object.fromEntries(rows)).toEqual(rules.LIMITS)
  })
})

describe('the package', () => {
  test('depends only on a YAML parser, a regex engine, and our own text package', () => {
    expect(Object.keys(dependencies).toSorted()).toEqual(['@sentinelmesh/text', 're2js', 'yaml'])
  })

  test('uses no Node-only API in a browser', async () => {
    const { imports } = await browserBundle(Object.keys(rules))
    expect(imports).toEqual([])
  }, 30_000)

  test('is small enough for an editor in a browser', async () => {
    const { code } = await browserBundle()
    expect(gzipSync(code, { level: 9 }).length).toBeLessThanOrEqual(126 * KiB)
  }, 30_000)

  test('does not load the explanation code for matching', async () => {
    const { parts } = await browserBundle(['compileRules', 'matchEntry', 'matchJson', 'createEvaluator', 'judge'])
    expect(parts.filter(({ file }) => file.includes('src/explain/'))).toEqual([])
  }, 30_000)
})
