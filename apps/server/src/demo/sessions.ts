import { AGENTS, TOOLS, USERS, type AgentKey } from './agents.ts'
import type { Filled, Scene } from './scene.ts'
import { stepsOf, type Step } from './steps.ts'
import { TASKS, type Call } from './tasks.ts'

const FAILURES = [
  'timeout after 30 s',
  'connection reset by peer',
  '503 from upstream',
  'permission denied',
  'rate limit reached, retry in 20 s',
] as const
/** What people say when an answer has come, and what they hear then. */
const FOLLOW_UPS = [
  ['Thanks!', '{Gladly.|You are welcome.}'],
  ['Can you note that on {page}?', 'Noted on {page}{, section {#2-6}|}.'],
  [
    'Are you sure about the last part?',
    '{Yes: I looked at it twice, the figures agree.|Fairly. I would still have {person} look at it.}',
  ],
  ['Please tell {person} as well.', '{person} is in copy now.'],
  ['Is {service} affected too?', '{No, only what I named.|Slightly; I will keep an eye on it.}'],
  ['How long did that take you?', 'About {#2-9} minutes, most of it waiting.'],
] as const

/** Which agent works at an hour: `daylight` from 0 at the quietest to 1 at the busiest. */
export function pickAgent(scene: Scene, daylight: number): AgentKey {
  const shares = (Object.keys(AGENTS) as AgentKey[]).map((key) => {
    const { day, night } = AGENTS[key]
    return { key, share: night + (day - night) * daylight }
  })
  let rest = scene.random.next() * shares.reduce((sum, { share }) => sum + share, 0)
  return (shares.find(({ share }) => (rest -= share) < 0) ?? { key: 'code' as const }).key
}

/** An ordinary session: a person or an agent asks, model and tools take turns, an answer comes back. */
export function benignSession(scene: Scene, key: AgentKey): Step[] {
  const { random, text } = scene
  const agent = AGENTS[key]
  const task = random.pick(TASKS[key].filter(({ rare }) => rare === undefined || random.chance(0.15)))
  const { asks, prompts, completes, instructs, answers } = stepsOf(scene, agent)
  const asker = task.from ?? `user.${random.pick(USERS)}`
  const ask = text(task.ask)
  const calls = task.calls.filter((_, index) => index === 0 || random.chance(0.8))
  const answer = text(task.answer)
  const [followUp, reply] = random.pick(FOLLOW_UPS)

  return [
    ...(random.chance(0.15) ? [instructs()] : []),
    ...(random.chance(0.1)
      ? [...new Map(calls.map((call) => [call.tool, call])).values()].map((call) => definition(scene, key, call))
      : []),
    asks(asker, ask, 0),
    prompts(`${ask}\n\nTools: ${[...new Set(calls.map((call) => call.tool))].join(', ') || 'none'}.`),
    ...calls.flatMap((call) => useOfTool(scene, key, call)),
    completes(answer),
    answers(asker, answer),
    ...(task.tells !== undefined && random.chance(0.4) ? [answers(task.tells, `From ${asker}: ${answer}`)] : []),
    ...(task.from === undefined && random.chance(0.25)
      ? [asks(asker, text(followUp)), answers(asker, text(reply))]
      : []),
  ]
}

function useOfTool(scene: Scene, key: AgentKey, call: Call): Step[] {
  const { random, text, json } = scene
  const { completes, calls, returns } = stepsOf(scene, AGENTS[key])
  const args = typeof call.args === 'string' ? text(call.args) : (json(call.args) as { [key: string]: Filled })
  const result = json(random.pick(call.results)) as Step['payload']
  const failed = random.chance(0.04)

  return [
    completes(text(call.think)),
    calls(call.tool, args),
    ...(failed
      ? [
          returns(call.tool, `error: ${random.pick(FAILURES)}`, 'tool_result', false),
          completes('That failed; trying once more.'),
          calls(call.tool, args),
        ]
      : []),
    returns(
      call.tool,
      result,
      call.tool === 'tool.web_fetch' ? 'web_page' : call.tool === 'mcp.mail/read_message' ? 'email' : 'tool_result',
    ),
  ]
}

function definition(scene: Scene, key: AgentKey, { tool, args }: Call): Step {
  const names = typeof args === 'string' ? ['command'] : Object.keys(args)
  const properties = Object.fromEntries(names.map((name) => [name, { type: 'string' }]))
  return stepsOf(scene, AGENTS[key]).defines(tool, {
    name: tool,
    description: TOOLS[tool],
    parameters: { type: 'object', properties },
  })
}
