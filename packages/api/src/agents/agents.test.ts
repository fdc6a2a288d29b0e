import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { AGENTS } from './index.ts'

const ADDRESS = { url: 'http://127.0.0.1:8000', key: 'smk_key' }
const docsOf = (page: string) => readFileSync(new URL(`../../../../docs/${page}`, import.meta.url), 'utf8')

test.each(AGENTS)('the lines of $name have the address and the key, and their page has the same switches', (agent) => {
  const lines = agent.blocks.map(({ text }) => text(ADDRESS)).join('\n')
  expect(lines).toContain(ADDRESS.url)
  expect(lines).toContain(ADDRESS.key)
  const page = docsOf(agent.docs)
  for (const [name] of lines.matchAll(/\b[A-Z]+(?:_[A-Z0-9]+)+(?==)/g)) expect(page).toContain(name)
})

test('each agent is named once', () => {
  expect(new Set(AGENTS.map(({ id }) => id)).size).toBe(AGENTS.length)
  expect(new Set(AGENTS.map(({ name }) => name)).size).toBe(AGENTS.length)
})
