/** A Markdown text taken apart: its fenced code blocks, and the paragraphs outside of them. */
interface Markdown {
  readonly fences: readonly { readonly language: string; readonly body: string }[]
  readonly paragraphs: readonly string[]
}

export function takeApart(markdown: string): Markdown {
  const fences: { language: string; body: string }[] = []
  const prose = markdown.replaceAll(
    /^ {0,3}```+[ \t]*([\w+-]*)[^\n]*\n([\s\S]*?)^ {0,3}```+[ \t]*$/gm,
    (_, language: string, body: string) => {
      fences.push({ language: language.toLowerCase(), body: body.trimEnd() })
      return '\n\n'
    },
  )
  return { fences, paragraphs: prose.split(/\n\s*\n/).map((paragraph) => paragraph.trim()) }
}

const SCRIPTS: ReadonlySet<string> = new Set(['sh', 'bash', 'shell', 'zsh'])
/** Blocks of these show a terminal, in which only what follows a prompt was typed. */
const TERMINALS: ReadonlySet<string> = new Set(['console', 'shell-session'])

/** The fenced blocks that are marked as shell commands, without prompts and what the commands print. */
export function shellBlocks(markdown: string): string[] {
  return takeApart(markdown).fences.flatMap(({ language, body }) => {
    const typed = body.match(/^[ \t]*\$ (?:[^\n]*\\\n)*[^\n]*/gm)
    if (typed !== null && (SCRIPTS.has(language) || TERMINALS.has(language)))
      return [typed.map((line) => line.replace(/^[ \t]*\$ /, '')).join('\n')]
    return SCRIPTS.has(language) ? [body] : []
  })
}
