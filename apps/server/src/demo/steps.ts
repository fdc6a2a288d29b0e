import type { EntryIn } from '@sentinelmesh/api'
import type { Agent } from './agents.ts'
import type { Filled, Scene } from './scene.ts'

type Kind = NonNullable<EntryIn['kind']>
type Payload = string | Filled[] | { [key: string]: Filled }

/** One entry of a session before it has a time, an id and a session. */
export interface Step {
  readonly sender: string
  readonly receiver: string
  readonly kind: Kind
  readonly context: string
  readonly payload: Payload
  readonly attributes: Readonly<Record<string, Filled>>
  /** Since the step before, in milliseconds. */
  readonly afterMs: number
  /** The sender's own claim. */
  readonly risk?: number
}

/** The ways in which an agent, its model, its tools and its user speak, with the pauses that are natural to each. */
export function stepsOf(scene: Scene, agent: Agent) {
  const { random } = scene
  const tokens = (text: string) => Math.ceil(text.length / 4)
  const model = agent.model.slice('model.'.length)

  return {
    asks: (user: string, text: string, afterMs = random.int(5_000, 45_000)): Step => ({
      sender: user,
      receiver: agent.name,
      kind: user.startsWith('agent.') ? 'message' : 'prompt',
      context: user.startsWith('agent.') ? 'agent_message' : 'user_message',
      payload: text,
      attributes: user.startsWith('agent.') ? {} : { channel: random.pick(['web', 'slack', 'cli', 'api']) },
      afterMs,
    }),
    /** What the agent puts before its model. */
    prompts: (text: string): Step => ({
      sender: agent.name,
      receiver: agent.model,
      kind: 'prompt',
      context: 'user_message',
      payload: text,
      attributes: { model, tokens_in: tokens(text) + random.int(400, 6_000), temperature: 0.2 },
      afterMs: random.int(40, 700),
    }),
    completes: (text: string): Step => {
      const tokensOut = tokens(text) + random.int(20, 180)
      const durationMs = 350 + tokensOut * random.int(9, 28)
      return {
        sender: agent.model,
        receiver: agent.name,
        kind: 'completion',
        context: 'assistant_message',
        payload: text,
        attributes: { model, tokens_out: tokensOut, duration_ms: durationMs },
        afterMs: durationMs,
      }
    },
    /** A string is a command for the shell, an object the arguments of any other tool. */
    calls: (tool: string, args: string | { [key: string]: Filled }): Step => ({
      sender: agent.name,
      receiver: tool,
      kind: 'tool_call',
      context: typeof args === 'string' ? 'shell_command' : 'tool_call',
      payload: typeof args === 'string' ? args : { name: tool.replace(/^(tool\.|mcp\.[^/]*\/)/, ''), arguments: args },
      attributes: { cwd: agent.cwd, 'tool.call_id': `call_${random.text(18, 'abcdefghijkmnpqrstuvwxyz23456789')}` },
      afterMs: random.int(30, 400),
    }),
    returns: (tool: string, result: Payload, context = 'tool_result', success = true): Step => {
      const durationMs = success ? random.int(20, tool === 'tool.shell' ? 9_000 : 1_800) : 30_000
      return {
        sender: tool,
        receiver: agent.name,
        kind: 'tool_result',
        context,
        payload: result,
        attributes: { duration_ms: durationMs, 'tool.success': success },
        afterMs: durationMs,
      }
    },
    defines: (tool: string, definition: { [key: string]: Filled }): Step => ({
      sender: tool,
      receiver: agent.name,
      kind: 'tool_definition',
      context: 'tool_description',
      payload: definition,
      attributes: { transport: tool.startsWith('mcp.') ? random.pick(['stdio', 'http']) : 'builtin' },
      afterMs: random.int(5, 60),
    }),
    instructs: (): Step => ({
      sender: agent.name,
      receiver: agent.model,
      kind: 'system',
      context: 'system_prompt',
      payload: agent.system,
      attributes: { model, tokens_in: tokens(agent.system) },
      afterMs: random.int(20, 200),
    }),
    answers: (user: string, text: string): Step => ({
      sender: agent.name,
      receiver: user,
      kind: 'message',
      context: user.startsWith('agent.') ? 'agent_message' : 'assistant_message',
      payload: text,
      attributes: { model },
      afterMs: random.int(80, 900),
    }),
  }
}
