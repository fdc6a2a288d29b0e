import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { EXPERIMENTAL_CLIENTS, HOOK_CLIENTS } from '../hooks/index.ts'
import { AGENTS } from './index.ts'

const ADDRESS = { url: 'http://127.0.0.1:8000', key: 'smk_key' }
const docsOf = (page: string) => readFileSync(new URL(`../../../../docs/${page}`, import.meta.url), 'utf8')

const REPORTING = AGENTS.filter(({ blocks }) => blocks.length > 0)
const ASKING = AGENTS.filter(({ hook }) => hook !== null)

test.each(REPORTING)('the lines of $name have the address and the key, and its page has the same switches', (agent) => {
  const lines = agent.blocks.map(({ text }) => text(ADDRESS)).join('\n')
  expect(lines).toContain(ADDRESS.url)
  expect(lines).toContain(ADDRESS.key)
  const page = docsOf(agent.docs)
  for (const [name] of lines.matchAll(/\b[A-Z]+(?:_[A-Z0-9]+)+(?==)/g)) expect(page).toContain(name)
})

test('each client that has hooks is offered, and its page says how they are installed', () => {
  expect(ASKING.map(({ hook }) => hook).toSorted()).toEqual([...HOOK_CLIENTS].toSorted())
  for (const { hook, docs, experimental } of ASKING) {
    expect(docsOf(docs)).toContain(`sentinelmesh hook install ${hook}`)
    expect([hook, experimental]).toEqual([hook, hook !== null && EXPERIMENTAL_CLIENTS.has(hook)])
  }
})

test('each agent reports or asks, and has its page in the list of pages', () => {
  expect(new Set([...REPORTING, ...ASKING]).size).toBe(AGENTS.length)
  for (const { docs } of AGENTS) expect(docsOf('agents/README.md')).toContain(`(${docs.replace('agents/', '')})`)
})

test('each agent is named once', () => {
  expect(new Set(AGENTS.map(({ id }) => id)).size).toBe(AGENTS.length)
  expect(new Set(AGENTS.map(({ name }) => name)).size).toBe(AGENTS.length)
})
