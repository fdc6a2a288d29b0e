/** A reported action of an agent. */
export interface Entry {
  /**
   * Who did it: `agent.<name>`, `user.<id>`, `tool.<tool>`, `mcp.<server>/<tool>`, `model.<model>`. 1 to 256
   * characters.
   */
  sender: string
  /** The content: a text, or JSON. At most 256 KiB. */
  payload: string | Record<string, unknown> | unknown[]
  receiver?: string | null
  /** Where it happened, such as `user_message`, `shell_command`, `tool_result`. */
  context?: string | null
  kind?: 'message' | 'prompt' | 'completion' | 'tool_call' | 'tool_result' | 'tool_definition' | 'system' | null
  /** The run or conversation that the entry belongs to. */
  session?: string | null
  /** ISO 8601, or seconds or milliseconds since 1970. Default: the time of `report`. */
  timestamp?: string | number | null
  /** Your own id, at most 128 characters. Default: a UUID, so that a retry makes no second entry. */
  id?: string | null
  /** Your own claim, 0 to 100: it can raise the risk, never lower it. */
  risk?: number | null
  /** Sigma log source. */
  logsource?: { product?: string | null; category?: string | null; service?: string | null } | null
  /** At most 64 keys, 4 levels deep. */
  attributes?: Record<string, unknown> | null
}
