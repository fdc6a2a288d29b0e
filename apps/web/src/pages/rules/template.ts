/** Text of a new rule. It is ready to save once the quoted text is replaced. */
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

/** The same document with a new ID, so that both can be loaded. */
export function copiedRule(text: string): string {
  const id = `id: ${newId()}`
  const renamed = text.replace(TITLE_LINE, (line, title: string) =>
    /^[\w(][^'"#:]*$/.test(title) ? `title: ${title.trimEnd()} (own)` : line,
  )
  return ID_LINE.test(renamed) ? renamed.replace(ID_LINE, id) : `${id}\n${renamed}`
}

/** A random UUID. `crypto.randomUUID` exists only in secure contexts. */
function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
