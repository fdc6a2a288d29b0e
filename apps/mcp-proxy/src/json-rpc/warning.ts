import { isObject, memberText, withMember, type Message } from './message.ts'

/** Adds a text block after a tool's result. Null if the result has no list of content blocks. */
export function warnedResult({ text, value }: Message, result: string): ((text: string) => string) | null {
  const { result: read } = value
  if (!isObject(read) || !Array.isArray(read['content'])) return null
  const { length } = read['content']
  return (said) => {
    const content = memberText(result, 'content') ?? '[]'
    const block = JSON.stringify({ type: 'text', text: said })
    const warned = `${content.slice(0, content.lastIndexOf(']'))}${length === 0 ? '' : ','}${block}]`
    return withMember(text, 'result', withMember(result, 'content', warned))
  }
}
