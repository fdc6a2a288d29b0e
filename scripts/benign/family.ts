import { createHash } from 'node:crypto'

/** The categories of the samples, by what the payload is. */
export type Category =
  | 'benign_prompt'
  | 'benign_completion'
  | 'benign_document'
  | 'benign_tool_definition'
  | 'benign_command'
  | 'benign_code'

export interface LogEntry {
  readonly sender: string
  readonly receiver: string
  readonly context: string
  readonly payload: string
}

/** One line of a family's file. */
interface Sample {
  readonly id: string
  readonly source: string
  readonly category: Category
  readonly label: 'benign'
  readonly entry: LogEntry
}

export interface Text {
  readonly text: string
  /** Where a project would keep the text, relative to its folder. Only code needs it. */
  readonly path?: string
}

/** Where families look for their input. */
export interface Place {
  /** The folder of this repository. */
  readonly root: string
  /** The folder whose `node_modules` holds public MCP servers. It may be absent. */
  readonly mcpPackages: string
}

/**
 * Texts of one origin. They resemble each other, so a rule that misfires on one of them misfires on many, and whoever
 * tunes rules on some families has to leave out whole families to test them.
 */
export interface Family {
  readonly name: string
  readonly category: Category
  /** The texts in an order that does not change between runs. It throws if the family's input is absent. */
  readonly texts: (place: Place) => Iterable<Text> | Promise<Iterable<Text>>
  /** Wraps a chosen text. `index` is its place among the chosen ones. */
  readonly entry: (text: Text, index: number) => LogEntry
}

const MOST_ENTRIES = 1500
const MOST_CHARACTERS = 32_768
const LEAST_CHARACTERS = 20

/** The samples of a family: without duplicates, and spread evenly over the texts if there are too many. */
export async function samplesOf(family: Family, place: Place): Promise<Sample[]> {
  const unique = new Map<string, Text>()
  for (const one of await family.texts(place)) {
    const text = clip(one.text)
    if (text.trim().length >= LEAST_CHARACTERS && !unique.has(text)) unique.set(text, { ...one, text })
  }
  return spread([...unique.values()], MOST_ENTRIES).map((text, index) => sampleOf(family, family.entry(text, index)))
}

function sampleOf({ name, category }: Family, entry: LogEntry): Sample {
  const id = `${name}-${createHash('sha256').update(entry.payload).digest('hex').slice(0, 12)}`
  return { id, source: name, category, label: 'benign', entry }
}

/** Chooses at most `most` items at equal distances. */
export function spread<Item>(items: readonly Item[], most: number): readonly Item[] {
  if (items.length <= most) return items
  return items.filter(
    (_, at) => Math.floor((at * most) / items.length) !== Math.floor(((at - 1) * most) / items.length),
  )
}

function clip(text: string, most = MOST_CHARACTERS): string {
  // Half of a surrogate pair at the end would not survive being written as UTF-8.
  return text.length <= most ? text : text.slice(0, most).replace(/[\ud800-\udbff]$/, '')
}

export function prompt({ text }: Text): LogEntry {
  return { sender: 'user', receiver: 'agent.assistant', context: 'user_message', payload: text }
}

export function completion({ text }: Text): LogEntry {
  return { sender: 'agent.assistant', receiver: 'user', context: 'assistant_message', payload: text }
}

export function command({ text }: Text): LogEntry {
  return { sender: 'agent.assistant', receiver: 'tool.shell', context: 'shell_command', payload: text }
}

export function toolDefinition({ text }: Text): LogEntry {
  return { sender: 'mcp.server', receiver: 'agent.assistant', context: 'tool_description', payload: text }
}

/** What a tool returned: the text of a file, a page, or a command's output. */
export function resultOf(tool: 'read_file' | 'fetch' | 'shell'): (text: Text) => LogEntry {
  return ({ text }) => ({
    sender: `tool.${tool}`,
    receiver: 'agent.assistant',
    context: 'tool_result',
    payload: text,
  })
}

/** Code is read in every second entry and written in the others, because rules judge the two differently. */
export function code(text: Text, index: number): LogEntry {
  if (index % 2 === 0) return resultOf('read_file')(text)
  return { sender: 'agent.assistant', receiver: 'tool.write_file', context: 'tool_call', payload: writeCall(text) }
}

function writeCall({ text, path = 'src/main.txt' }: Text): string {
  let content = text
  for (;;) {
    const call = JSON.stringify({ name: 'write_file', arguments: { file_path: path, content } })
    if (call.length <= MOST_CHARACTERS) return call
    // Escapes make the call longer than its content, so the content is shortened until the whole call fits.
    content = clip(content, Math.floor((content.length * MOST_CHARACTERS) / call.length) - 1)
  }
}
