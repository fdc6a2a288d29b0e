import type { DefinitionKind, McpEntry } from './teller.ts'

export interface Definition {
  readonly kind: DefinitionKind
  readonly name: string
  readonly entry: McpEntry
}

/** What a message means for the log. */
export interface Said {
  readonly entries: readonly McpEntry[]
  /**
   * Set where the message should wait for the verdict about its entries; what goes on in its place, or of a request back,
   * where that is no. Null then: nothing.
   */
  readonly refuse: ((sentence: string) => string | null) | null
  readonly definitions: readonly Definition[]
  /** The message with a sentence in place of the words of each of these definitions. */
  readonly withhold: ((sentences: ReadonlyMap<Definition, string>) => string) | null
  /** Of the last page of a list: what the server has of this kind now. */
  readonly listed: { readonly kind: DefinitionKind; readonly names: readonly string[] } | null
}

export const NOTHING: Said = { entries: [], refuse: null, definitions: [], withhold: null, listed: null }
