import { AGENTS, TOOLS, USERS, type AgentKey } from './agents.ts'
import type { Scene } from './template.ts'
import type { Line } from './script.ts'
import { plainName, player, type Step } from './steps.ts'
import { FOLLOW_UPS, tasksOf } from './tasks.ts'

/** Agents whose answers the guard checks. */
const GUARDED: ReadonlySet<AgentKey> = new Set(['support', 'inbox', 'deploy'])

/** Picks the agent that works at an hour. `daylight` is 0 at the quietest hour and 1 at the busiest. */
export function pickAgent({ random }: Scene, daylight: number): AgentKey {
  const shares = (Object.keys(AGENTS) as AgentKey[]).map((key) => {
    const { day, night } = AGENTS[key]
    return { key, share: night + (day - night) * daylight }
  })
  let rest = random.next() * shares.reduce((sum, { share }) => sum + share, 0)
  return (shares.find(({ share }) => (rest -= share) < 0) ?? { key: 'code' as const }).key
}

/** An ordinary session: a person or an agent asks, the model and tools alternate, and an answer comes back. */
export function benignSession(scene: Scene, key: AgentKey): Step[] {
  const { random } = scene
  const { plays, defines, instructs, claims } = player(scene, {
    agent: AGENTS[key],
    user: `user.${random.pick(USERS)}`,
    failing: 0.04,
  })
  const task = random.pick(tasksOf(key).filter(({ rarely }) => !rarely || random.chance(0.15)))
  const firstUse = task.lines.findIndex(({ does }) => does === 'uses')
  const lines = task.lines.filter(
    ({ does }, index) =>
      index === firstUse || (does === 'uses' ? random.chance(0.8) : does !== 'tells' || random.chance(0.4)),
  )
  const byPerson = lines.some((line) => line.does === 'asks' && line.who === 'user')

  return [
    ...(random.chance(0.15) ? [instructs()] : []),
    ...(random.chance(0.1) ? definitionsIn(lines).map(({ tool, text }) => defines(tool, text)) : []),
    ...plays(lines),
    ...(GUARDED.has(key) && random.chance(0.35) ? [claims()] : []),
    ...(byPerson && random.chance(0.25) ? plays([...random.pick(FOLLOW_UPS).lines]) : []),
  ]
}

function definitionsIn(lines: readonly Line[]): { tool: string; text: string }[] {
  const uses = new Map(lines.flatMap((line) => (line.does === 'uses' ? [[line.tool, line.args] as const] : [])))
  return [...uses].map(([tool, args]) => {
    const names = [...args.matchAll(/"(\w+)": /g)].map(([, name]) => name ?? '')
    const properties = Object.fromEntries(
      (names.length === 0 ? ['command'] : names).map((name) => [name, { type: 'string' }]),
    )
    return {
      tool,
      text: JSON.stringify({
        name: plainName(tool),
        description: TOOLS[tool as keyof typeof TOOLS],
        parameters: { type: 'object', properties },
      }),
    }
  })
}
