/** What a new rule begins with: it can be saved as soon as the text in quotes is what is looked for. */
export function newRuleText(): string {
  return `title: New rule
id: ${newId()}
status: experimental
description: What it finds, and why that matters.
level: medium
logsource:
  product: ai_agent
  category: tool_call
detection:
  selection:
    payload|contains: 'text to look for'
  condition: selection
falsepositives:
  - What it finds by mistake.
`
}

const ID_LINE = /^id:.*$/m
const TITLE_LINE = /^title:[ \t]*(.*)$/m

/** The same document under an id of its own, so that it can stand beside the first. */
export function copiedRule(text: string): string {
  const id = `id: ${newId()}`
  const renamed = text.replace(TITLE_LINE, (line, title: string) =>
    /^[\w(][^'"#:]*$/.test(title) ? `title: ${title.trimEnd()} (own)` : line,
  )
  return ID_LINE.test(renamed) ? renamed.replace(ID_LINE, id) : `${id}\n${renamed}`
}

/** A random UUID. `crypto.randomUUID` is there on secure pages only. */
function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
