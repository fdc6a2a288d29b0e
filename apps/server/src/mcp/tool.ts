import type { z } from 'zod'
import type { Call, Services } from '@sentinelmesh/api'
import type { Links } from './links.ts'
import type { Marking } from './untrusted.ts'

/** One request for something of the log. Its signal aborts at the time limit too. */
export interface ToolCall extends Call {
  readonly services: Services
  readonly mark: Marking
  readonly links: Links
  readonly nowMs: number
}

export interface Answer<Data> {
  readonly data: Data
  /** A sentence or two in words of ours alone: numbers, instants and links, nothing that a reporter chose. */
  readonly says: string
}

/**
 * One thing that can be asked. It reads through `services` as the caller, so that what a caller may not see is refused
 * there. Every text that is not ours goes through `mark`.
 */
export interface Tool<In extends z.ZodObject = z.ZodObject, Out extends z.ZodObject = z.ZodObject> {
  readonly name: string
  readonly title: string
  /** For the model: what it gives and when to use it. */
  readonly about: string
  readonly input: In
  readonly output: Out
  readonly answer: (call: ToolCall, input: z.output<In>) => Promise<Answer<z.output<Out>>>
}

/** Lets each tool be written with its own types, and kept in a list with others. */
export function tool<In extends z.ZodObject, Out extends z.ZodObject>(of: Tool<In, Out>): Tool {
  return of as unknown as Tool
}
