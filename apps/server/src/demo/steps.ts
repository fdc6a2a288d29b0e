import type { EntryIn } from '@sentinelmesh/api'
import { GUARD, type Agent } from './agents.ts'
import type { Scene } from './template.ts'
import type { Script } from './script.ts'

/** An entry of a session without its time, id, and session. */
export interface Step {
  readonly sender: string
  readonly receiver: string
  readonly kind: NonNullable<EntryIn['kind']>
  readonly context: string
  readonly payload: EntryIn['payload']
  readonly attributes?: Readonly<Record<string, unknown>>
  /** The sender's own risk score. */
  readonly risk?: number
  /** Milliseconds since the previous step. */
  readonly afterMs: number
}

const CHANNELS = ['web', 'slack', 'cli', 'api'] as const
const RESULT_CONTEXTS: Readonly<Record<string, string>> = {
  'tool.web_fetch': 'web_page',
  'mcp.mail/read_message': 'email',
}

/** Plays scripts with natural pauses. A tool call fails on the first try with the probability `failing`. */
export function player(scene: Scene, { agent, user, failing }: { agent: Agent; user: string; failing: number }) {
  const { random, text } = scene
  const tokens = (content: string) => Math.ceil(content.length / 4)
  const model = agent.model.slice('model.'.length)
  const isPerson = (name: string) => !name.startsWith('agent.')
  let asker = user
  let answer = ''
  let begun = false

  const prompts = (content: string): Step => ({
    ...between(agent.name, agent.model, 'prompt', 'user_message'),
    payload: content,
    attributes: { model, tokens_in: tokens(content) + random.int(400, 6_000), temperature: 0.2 },
    afterMs: random.int(40, 700),
  })

  function asks(who: string, content: string, tools: readonly string[]): Step[] {
    const pause = { afterMs: begun ? random.int(5_000, 40_000) : 0 }
    asker = who
    begun = true
    const asked: Step = isPerson(who)
      ? {
          ...between(who, agent.name, 'prompt', 'user_message'),
          payload: content,
          attributes: { channel: random.pick(CHANNELS) },
          ...pause,
        }
      : { ...between(who, agent.name, 'message', 'agent_message'), payload: content, ...pause }
    return [asked, prompts(tools.length === 0 ? content : `${content}\n\nTools: ${tools.join(', ')}.`)]
  }

  function completes(content: string): Step {
    const tokensOut = tokens(content) + random.int(20, 180)
    const durationMs = 350 + tokensOut * random.int(9, 28)
    return {
      ...between(agent.model, agent.name, 'completion', 'assistant_message'),
      payload: content,
      attributes: { model, tokens_out: tokensOut, duration_ms: durationMs },
      afterMs: durationMs,
    }
  }

  function says(to: string, content: string): Step {
    return {
      ...between(agent.name, to, 'message', isPerson(to) ? 'assistant_message' : 'agent_message'),
      payload: content,
      attributes: { model },
      afterMs: random.int(80, 900),
    }
  }

  function calls(tool: string, args: string): Step {
    const parsed = payloadOf(args)
    const isCommand = typeof parsed === 'string'
    return {
      ...between(agent.name, tool, 'tool_call', isCommand ? 'shell_command' : 'tool_call'),
      payload: isCommand ? parsed : { name: plainName(tool), arguments: parsed },
      attributes: { cwd: agent.cwd, 'tool.call_id': `call_${random.text(18, 'abcdefghijkmnpqrstuvwxyz23456789')}` },
      afterMs: random.int(30, 400),
    }
  }

  function returns(tool: string, result: string, success: boolean): Step {
    const durationMs = success ? random.int(20, tool === 'tool.shell' ? 9_000 : 1_800) : 30_000
    return {
      ...between(tool, agent.name, 'tool_result', RESULT_CONTEXTS[tool] ?? 'tool_result'),
      payload: payloadOf(result),
      attributes: { duration_ms: durationMs, 'tool.success': success },
      afterMs: durationMs,
    }
  }

  function uses(tool: string, args: string, result: string): Step[] {
    const failed = random.chance(failing)
      ? [calls(tool, args), returns(tool, text('error: {failure}'), false), completes('That failed; trying once more.')]
      : []
    return [...failed, calls(tool, args), returns(tool, result, true)]
  }

  const defines = (tool: string, definition: string): Step => ({
    ...between(tool, agent.name, 'tool_definition', 'tool_description'),
    payload: payloadOf(definition),
    attributes: { transport: tool.startsWith('mcp.') ? 'stdio' : 'builtin' },
    afterMs: random.int(5, 60),
  })

  const instructs = (): Step => ({
    ...between(agent.name, agent.model, 'system', 'system_prompt'),
    payload: agent.system,
    attributes: { model, tokens_in: tokens(agent.system) },
    afterMs: random.int(20, 200),
  })

  const reports = (report: string, risk: number): Step => ({
    ...between(GUARD, agent.name, 'system', 'guardrail'),
    payload: payloadOf(report),
    attributes: { model: 'guard-8b' },
    risk,
    afterMs: random.int(50, 400),
  })

  /** The guard checks an answer and reports a low risk, or sometimes a medium one. */
  function claims(): Step {
    const risk = random.chance(0.15) ? random.int(30, 45) : random.int(1, 28)
    return reports(
      text('{"verdict": "passed", "category": "{tone|personal_data|off_topic|promise}", "answer_to": ') +
        JSON.stringify(asker) +
        '}',
      risk,
    )
  }

  function plays(lines: Script['lines']): Step[] {
    const tools = [...new Set(lines.flatMap((line) => (line.does === 'uses' ? [text(line.tool)] : [])))]
    return lines.flatMap((line) => {
      switch (line.does) {
        case 'asks':
          return asks(line.who === 'user' ? user : line.who, text(line.text), tools)
        case 'thinks':
          return [completes(text(line.text))]
        case 'uses':
          return [
            ...(line.think === null ? [] : [completes(text(line.think))]),
            ...uses(text(line.tool), text(line.args), text(random.pick(line.results))),
          ]
        case 'defines':
          return [defines(text(line.tool), text(line.text))]
        case 'answers':
          answer = text(line.text)
          return [completes(answer), says(asker, answer)]
        case 'tells':
          return [says(line.text, `From ${asker}: ${answer}`)]
        case 'reports':
          // The guard becomes more certain with each attempt.
          return [reports(text(line.text), 30 + 7 * lines.filter(({ does }) => does === 'asks').length)]
      }
    })
  }

  return { plays, defines, instructs, claims }
}

/** The name that a model uses: `mcp.github/get_issue` is `get_issue`, `tool.shell` is `shell`. */
export const plainName = (tool: string) => tool.replace(/^(tool\.|mcp\.[^/]*\/)/, '')

const between = (sender: string, receiver: string, kind: Step['kind'], context: string) => ({
  sender,
  receiver,
  kind,
  context,
})

/** Parses JSON. Any other line is text, with `\n` as line breaks. */
function payloadOf(written: string): Step['payload'] {
  return /^(\{\s*"|\[[{\]])/.test(written) ? (JSON.parse(written) as Step['payload']) : written.replaceAll('\\n', '\n')
}
