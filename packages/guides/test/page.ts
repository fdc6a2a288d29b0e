import type { AgentSetup, Block } from '../src/index.ts'

/** The lines of a guide in its page are between these comments. Everything else on the page is written by hand. */
const REGION = /<!-- guide: ([\w-]+) -->\n[\s\S]*?<!-- end of guide -->/g

/** The ids of the guides on a page. */
export function guidesOn(page: string): string[] {
  return [...page.matchAll(REGION)].map(([, id = '']) => id)
}

/** The page with the current lines of each guide. */
export function withGuides(page: string, agents: readonly AgentSetup[]): string {
  return page.replace(REGION, (region: string, id: string) => {
    const agent = agents.find((one) => one.id === id)
    return agent === undefined
      ? region
      : `<!-- guide: ${id} -->\n\n${agent.blocks.map(blockText).join('\n')}\n<!-- end of guide -->`
  })
}

const FENCES: Readonly<Record<Block['language'], string>> = {
  shell: 'sh',
  toml: 'toml',
  json: 'json',
  typescript: 'ts',
  python: 'python',
}

function blockText({ title, language, text }: Block): string {
  return `${title}:\n\n\`\`\`${FENCES[language]}\n${withExampleAddress(language, text)}\n\`\`\`\n`
}

/** A shell reads the key from the environment, unless these lines set it. */
function withExampleAddress(language: Block['language'], text: Block['text']): string {
  const url = 'http://127.0.0.1:8000'
  const lines = text({ url, key: 'smk_…' })
  if (language !== 'shell' || lines.includes('SENTINELMESH_API_KEY=')) return lines
  return text({ url, key: '$SENTINELMESH_API_KEY' })
}
