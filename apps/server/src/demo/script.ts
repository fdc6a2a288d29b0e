/**
 * A session written down like a play, one line a step; every text is a template of `scene.ts`:
 *
 *     rarely                       seldom played
 *     user: …                      a person asks (or `agent.name: …`)
 *     model: …                     the model says what it will do
 *     tool.shell < …               the agent uses a tool: a command, or JSON arguments
 *     > …                          what comes back; several in a row are alternatives; `\n` is a line break
 *     mcp.server/tool ! {…}        a tool describes itself
 *     answer: …                    the model's last word, passed on to whoever asked
 *     tell: agent.name             that agent hears the answer too
 *     guard: {…}                   the guard reports
 */
export type Line =
  | { readonly does: 'asks'; readonly who: string; readonly text: string }
  | { readonly does: 'thinks' | 'answers' | 'tells' | 'reports'; readonly text: string }
  | { readonly does: 'defines'; readonly tool: string; readonly text: string }
  | {
      readonly does: 'uses'
      readonly think: string | null
      readonly tool: string
      readonly args: string
      readonly results: readonly string[]
    }

export interface Script {
  readonly rarely: boolean
  readonly lines: readonly Line[]
}

/** Parses scripts that are separated by blank lines. Throws SyntaxError at an invalid line. */
export function scriptsOf(text: string): Script[] {
  return text
    .trim()
    .split(/\n{2,}/)
    .map((part) => {
      const lines = part.split('\n').reduce(withLine, [])
      return { rarely: part.startsWith('rarely\n'), lines }
    })
}

const SPEAKS = { model: 'thinks', answer: 'answers', tell: 'tells', guard: 'reports' } as const

function withLine(before: readonly Line[], written: string): Line[] {
  const last = before.at(-1)
  if (written === 'rarely') return [...before]
  if (written.startsWith('> ') && last?.does === 'uses')
    return [...before.slice(0, -1), { ...last, results: [...last.results, written.slice(2)] }]

  const [, tool = '', sign, content = ''] = /^((?:tool|mcp)\.\S+) ([<!]) (.*)$/.exec(written) ?? []
  if (sign === '!') return [...before, { does: 'defines', tool, text: content }]
  if (sign === '<') {
    // The model's text directly before a call belongs to the call: both are left out together.
    const think = last?.does === 'thinks' ? last.text : null
    return [
      ...before.slice(0, think === null ? undefined : -1),
      { does: 'uses', think, tool, args: content, results: [] },
    ]
  }

  const [, who = '', text = ''] = /^(user|agent\.\w+|model|answer|tell|guard): (.*)$/.exec(written) ?? []
  if (text === '') throw new SyntaxError(`No line of a script: ${written}`)
  return [
    ...before,
    Object.hasOwn(SPEAKS, who) ? { does: SPEAKS[who as keyof typeof SPEAKS], text } : { does: 'asks', who, text },
  ]
}
