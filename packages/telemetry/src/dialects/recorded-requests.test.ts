import { describeShared } from '@sentinelmesh/test-inputs'
import { expect, test } from 'vitest'
import { asSent } from '../mappers/testing/entries.ts'
import { mapAlone } from '../mappers/testing/map-alone.ts'
import { fixturesOf, readExpected, readFixture } from '../mappers/testing/read-fixture.ts'

const FOLDERS = [
  'a-genai',
  'b-openinference',
  'c-openllmetry',
  'd-ai-sdk',
  'e-claude-code',
  'f-codex',
  'g-gemini-cli',
  'h-copilot',
]
const NOW = Date.parse('2026-11-25')

const FIXTURES = FOLDERS.flatMap(fixturesOf)

describeShared('recorded requests', { needs: FOLDERS.map((folder) => `otel/fixtures/${folder}`), tests: 38 }, () => {
  test.each(FIXTURES)('%s gives the expected entries', async (name) => {
    const mapped = await mapAlone(readFixture(name), NOW)
    expect(mapped.flatMap(({ entries }) => entries.map(asSent))).toEqual(readExpected(name))
  })

  const entriesOf = async (name: string) =>
    (await mapAlone(readFixture(name), NOW)).flatMap(({ entries }) =>
      entries.map(({ kind, anchor, payload }) => `${kind} ${anchor} ${payload.text}`),
    )
  const both = async (one: string, other: string) => {
    const before = new Set(await entriesOf(one))
    return (await entriesOf(other)).filter((entry) => before.has(entry))
  }

  test('a call in a model event and on its tool span is one entry', async () => {
    expect(await both('a-genai/rec-v2-details.logs', 'a-genai/rec-v2-agent.traces')).toEqual([
      'tool_call call 38fdfc753891852be18cb9c378f07f43 toolu_ops1 ssh web-2 sudo systemctl restart nginx',
    ])
  })

  test('the system prompt and the tools of a session, which each call repeats, are one entry each', async () => {
    const repeated = await both('c-openllmetry/rec-0-chat-1.traces', 'c-openllmetry/rec-2-chat-2.traces')
    expect(repeated.map((entry) => entry.slice(0, entry.indexOf('sess-tl-3')))).toEqual([
      'system session ',
      'tool_definition session ',
    ])
  })
})
