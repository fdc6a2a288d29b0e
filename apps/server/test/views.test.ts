import { afterAll, beforeAll, expect, test } from 'vitest'
import { json } from './client.ts'
import { startMesh, type Mesh } from './start-mesh.ts'

let mesh: Mesh
beforeAll(async () => {
  mesh = await startMesh()
  await mesh.first.manager.trpc.rules.create.mutate({ text: SHADOW })
})
afterAll(() => mesh[Symbol.asyncDispose]())

/** A rule in the style of SigmaHQ rules for Linux. */
const SHADOW = `title: Shadow file read
id: shadow-read
logsource:
  product: linux
  category: process_creation
detection:
  selection:
    Image|endswith: '/cat'
    CommandLine|contains: '/etc/shadow'
  condition: selection
falsepositives: [Back-ups]
level: high
`
const CALL = {
  sender: 'agent.claude-code',
  receiver: 'tool.Bash',
  context: 'tool_call',
  payload: { name: 'Bash', arguments: { command: 'ls; cat /etc/shadow' } },
}
const PLACE = { view: 'process_creation[2]', field: 'payload', pointer: '/arguments/command' }

test("a rule for Linux processes matches an agent's command, and the stored match names the view", async () => {
  const { agent, reader } = mesh.first
  const { results } = await json<{ results: { log_id: string }[] }>(agent.post('/api/v1/logs', [CALL]))
  const entry = await reader.trpc.logs.get.query({ id: results[0]?.log_id ?? '' })
  const match = entry.matches.find(({ rule_id: id }) => id === 'shadow-read')
  const places = [
    { ...PLACE, start: 4, end: 7 },
    { ...PLACE, start: 8, end: 19 },
  ]
  expect(match?.places).toEqual(places)
  expect(match?.selections).toMatchObject([{ name: 'selection', parts: places.map((place) => ({ places: [place] })) }])
  expect(entry.contributions.map(({ rule_id: id }) => id)).toContain('shadow-read')
})

test('a trial of the rule matches the same command and names the view', async () => {
  const { manager, reader } = mesh.first
  const tried = await reader.trpc.rules.try.mutate({ id: 'shadow-read', entry: JSON.stringify(CALL) })
  expect(tried.results).toMatchObject([
    { held: true, places: [PLACE, PLACE], explanation: { view: 'process_creation[2]', held: true } },
  ])
  expect(tried.results[0]?.explained).toContain('holds as process_creation[2]')
  const text = SHADOW.replace('shadow-read', 'shadow-again')
  expect((await manager.trpc.rules.try.mutate({ text, entry: JSON.stringify(CALL) })).results).toMatchObject([
    { rule_id: 'shadow-again', held: true },
  ])
})

const OSASCRIPT = `title: Password dialog
id: password-dialog
logsource:
  product: macos
  category: process_creation
detection:
  selection:
    Image|endswith: '/osascript'
    CommandLine|contains: 'password'
  condition: selection
falsepositives: [None]
level: medium
`

test('an entry of an agent on macOS is evaluated by rules for macOS, at ingest and in a trial', async () => {
  const { agent, manager, reader } = mesh.first
  await manager.trpc.rules.create.mutate({ text: OSASCRIPT })
  const text = (key: string, stringValue: string) => ({ key, value: { stringValue } })
  const call = {
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: 'b7ad6b7169203331',
    name: 'execute_tool bash',
    attributes: [
      text('gen_ai.operation.name', 'execute_tool'),
      text('gen_ai.tool.name', 'bash'),
      text('gen_ai.conversation.id', 'on-a-mac'),
      text('gen_ai.tool.call.arguments', `{"command":"osascript -e 'display dialog \\"password\\"'"}`),
    ],
  }
  const resource = { attributes: [text('os.type', 'darwin')] }
  const request = { resourceSpans: [{ resource, scopeSpans: [{ scope: { name: 'agent' }, spans: [call] }] }] }
  expect((await agent.post('/v1/traces', request)).status).toBe(200)

  const { items } = await reader.trpc.logs.page.query({ q: 'session:on-a-mac kind:tool_call' })
  const entry = await reader.trpc.logs.get.query({ id: items[0]?.id ?? '' })
  expect(entry.system).toBe('macos')
  expect(entry.matches.map(({ rule_id: id }) => id)).toContain('password-dialog')
  const tried = await reader.trpc.rules.try.mutate({ id: 'password-dialog', log_id: entry.id })
  expect(tried.results).toMatchObject([{ held: true, explanation: { view: 'process_creation[1]' } }])
})
