import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { EXPERIMENTAL_CLIENTS, HOOK_CLIENTS } from '@sentinelmesh/api/hooks'
import { expect, test } from 'vitest'
import { AGENTS } from '../src/index.ts'
import { guidesOn, withGuides } from './page.ts'

const ADDRESS = { url: 'http://127.0.0.1:8000', key: 'smk_key' }
const fileOf = (page: string) => fileURLToPath(new URL(`../../../docs/${page}`, import.meta.url))
const docsOf = (page: string) => readFileSync(fileOf(page), 'utf8')

const REPORTING = AGENTS.filter(({ blocks }) => blocks.length > 0)
const ASKING = AGENTS.filter(({ hook }) => hook !== null)
const PAGES = [...new Set(AGENTS.map(({ docs }) => docs))]

// `vitest run --project guides -u` writes the lines of the guides into the pages.
test.each(PAGES)('%s has the same lines as the guides of its agents', async (page) => {
  const text = docsOf(page)
  const expected = REPORTING.filter(({ docs }) => docs === page).map(({ id }) => id)
  expect(guidesOn(text).toSorted()).toEqual(expected.toSorted())
  await expect(withGuides(text, AGENTS)).toMatchFileSnapshot(fileOf(page))
})

test.each(REPORTING)('the lines of $name have the address and the key', ({ blocks }) => {
  const lines = blocks.map(({ text }) => text(ADDRESS)).join('\n')
  expect(lines).toContain(ADDRESS.url)
  expect(lines).toContain(ADDRESS.key)
})

test.each(AGENTS)('the page of $name names each switch that the guide names', ({ docs, unseen }) => {
  const page = docsOf(docs)
  const switches = unseen.flatMap(
    ({ shownBy }) => shownBy?.match(/\b(?:[A-Z]+(?:_[A-Z0-9]+)+|[a-z]+[A-Z_]\w+)\b/g) ?? [],
  )
  for (const name of switches) expect(page).toContain(name)
})

test('each client with hooks is offered, and its page says how to install them', () => {
  expect(ASKING.map(({ hook }) => hook).toSorted()).toEqual([...HOOK_CLIENTS].toSorted())
  for (const { hook, docs, experimental } of ASKING) {
    expect(docsOf(docs)).toContain(`sentinelmesh hook install ${hook}`)
    expect([hook, experimental]).toEqual([hook, hook !== null && EXPERIMENTAL_CLIENTS.has(hook)])
  }
})

test('each agent reports or requests verdicts, and has its page in the list of pages', () => {
  expect(new Set([...REPORTING, ...ASKING]).size).toBe(AGENTS.length)
  for (const { docs } of AGENTS) expect(docsOf('agents/README.md')).toContain(`(${docs.replace('agents/', '')})`)
})

test('each agent is listed once', () => {
  expect(new Set(AGENTS.map(({ id }) => id)).size).toBe(AGENTS.length)
  expect(new Set(AGENTS.map(({ name }) => name)).size).toBe(AGENTS.length)
})
