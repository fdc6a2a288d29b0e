import type { JsonLike } from '../json.ts'

/** What dialects tell of a conversation, in one shape. */
export interface Message {
  readonly role: Role
  readonly parts: readonly Part[]
}

export type Role = 'system' | 'user' | 'assistant' | 'tool'

/** Reasoning has no part: it is not said to anybody. */
export type Part = TextPart | CallPart | ResultPart

export interface TextPart {
  readonly type: 'text'
  readonly text: string
}

export interface CallPart {
  readonly type: 'call'
  readonly id: string | null
  readonly name: string
  /** A string of JSON or what it holds. */
  readonly args: JsonLike | undefined
}

export interface ResultPart {
  readonly type: 'result'
  readonly id: string | null
  /** Many dialects name the tool in the call only. */
  readonly name: string | null
  readonly content: JsonLike
}

export interface Definition {
  readonly name: string
  readonly description: JsonLike | undefined
  readonly parameters: JsonLike | undefined
}

/** One call of a model: all that it was given, and what it answered. */
export interface Conversation {
  /** Beside system messages of the input. */
  readonly system: readonly string[]
  readonly definitions: readonly Definition[]
  readonly input: readonly Message[]
  readonly output: readonly Message[]
}

/** The texts of a message as one, '' where it has none. */
export function textOf({ parts }: Message): string {
  return parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n')
}
