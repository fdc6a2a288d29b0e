import type { JsonLike } from '../json.ts'

/** A message of a conversation, in one shape for all dialects. */
export interface Message {
  readonly role: Role
  readonly parts: readonly Part[]
}

export type Role = 'system' | 'user' | 'assistant' | 'tool'

/** Reasoning is not a part, because it is not addressed to anyone. */
export type Part = TextPart | CallPart | ResultPart

export interface TextPart {
  readonly type: 'text'
  readonly text: string
}

export interface CallPart {
  readonly type: 'call'
  readonly id: string | null
  readonly name: string
  /** A string of JSON, or the parsed value. */
  readonly args: JsonLike | undefined
}

export interface ResultPart {
  readonly type: 'result'
  readonly id: string | null
  /** Null in the many dialects that name the tool only in the call. */
  readonly name: string | null
  readonly content: JsonLike
}

export interface Definition {
  readonly name: string
  readonly description: JsonLike | undefined
  readonly parameters: JsonLike | undefined
}

/** One model call: its whole input and its answer. */
export interface Conversation {
  /** In addition to the system messages of the input. */
  readonly system: readonly string[]
  readonly definitions: readonly Definition[]
  readonly input: readonly Message[]
  readonly output: readonly Message[]
}

/** The joined texts of a message; '' if it has none. */
export function textOf({ parts }: Message): string {
  return parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n')
}
