import type { DefinitionKind, McpEntry } from './entry-factory.ts'

export interface Definition {
  readonly kind: DefinitionKind
  readonly name: string
  readonly entry: McpEntry
}

/** The log entries of one message, and how to change the message after a verdict. */
export interface Observation {
  readonly entries: readonly McpEntry[]
  /**
   * Set if the message must wait for the verdict on its entries. Returns the text to use if they are blocked: for a request
   * the response to its sender, for anything else the replacement that is forwarded. Null if there is nothing to send.
   */
  readonly refuse: ((sentence: string) => string | null) | null
  /** Returns the message with a text for the model after a tool's result. Null if the message is none, or has no place for it. */
  readonly warn: ((text: string) => string) | null
  readonly definitions: readonly Definition[]
  /** Returns the message with a sentence in place of the description of each of these definitions. */
  readonly withhold: ((sentences: ReadonlyMap<Definition, string>) => string) | null
  /** Set on the last page of a list: the names of everything of this kind that the server offers. */
  readonly listed: { readonly kind: DefinitionKind; readonly names: readonly string[] } | null
}

export const NOTHING: Observation = {
  entries: [],
  refuse: null,
  warn: null,
  definitions: [],
  withhold: null,
  listed: null,
}
