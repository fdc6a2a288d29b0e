import type { z } from 'zod'
import type { Call, Services } from '@sentinelmesh/api'
import type { Links } from './links.ts'
import type { Marking } from './untrusted.ts'

/** A request for data from the log. Its signal also aborts at the time limit. */
export interface ToolCall extends Call {
  readonly services: Services
  readonly mark: Marking
  readonly links: Links
  readonly nowMs: number
}

export interface Answer<Data> {
  readonly data: Data
  /** One or two sentences in our own words: numbers, timestamps, and links, but nothing that a reporter chose. */
  readonly says: string
}

/**
 * A query that a model can run. It reads through `services` as the caller, which refuses whatever the caller may not
 * see. All text from reporters goes through `mark`.
 */
export interface Tool<In extends z.ZodObject = z.ZodObject, Out extends z.ZodObject = z.ZodObject> {
  readonly name: string
  readonly title: string
  /** Tells the model what the tool returns and when to use it. */
  readonly about: string
  readonly input: In
  readonly output: Out
  readonly answer: (call: ToolCall, input: z.output<In>) => Promise<Answer<z.output<Out>>>
}

/** Erases a tool's own types, so that a list can hold different tools. */
export function tool<In extends z.ZodObject, Out extends z.ZodObject>(of: Tool<In, Out>): Tool {
  return of as unknown as Tool
}
